import type { Rule } from "../../framework/rule.ts";
import { alertRulesComplete } from "./alert-rules-complete.ts";
import { engineMonitored } from "./engine-monitored.ts";
import { logGroupsKeptAndEncrypted } from "./log-groups-kept-and-encrypted.ts";
import { prometheusSelectsAllMonitors } from "./prometheus-selects-all-monitors.ts";
import { requiredAlertsPresent } from "./required-alerts-present.ts";

export const observability: readonly Rule[] = [
  prometheusSelectsAllMonitors,
  alertRulesComplete,
  requiredAlertsPresent,
  engineMonitored,
  logGroupsKeptAndEncrypted,
];
