import { requiredAlerts } from "../../../policies/data/required-alerts.ts";
import type { Wire } from "../../../scripts/plan/wire.ts";
import { type Mistake, ofAlerts, set } from "../mutations.ts";

const rules = "spec.groups.*.rules";
const fields = (value: Wire) => value as { readonly [field: string]: Wire };
const isRequired = (name: Wire) => requiredAlerts.some((required) => required.name === name);

/** What can be wrong with metrics, alerts and budgets. */
export const watchMistakes: readonly Mistake[] = [
  {
    what: "monitors that Prometheus passes over",
    type: "helm.sh/v3:Release",
    path: "values.prometheus.prometheusSpec.*",
    where: (value) => value === false,
    becomes: set(true),
    caughtBy: ["prometheus-selects-all-monitors"],
  },
  {
    what: "monitors of one team",
    type: "helm.sh/v3:Release",
    path: "values.prometheus.prometheusSpec",
    where: (_, { name }) => name === "monitoring",
    becomes: (spec) => ({ ...fields(spec), podMonitorSelector: { matchLabels: { team: "a" } } }),
    caughtBy: ["prometheus-selects-all-monitors"],
  },
  {
    what: "an alert by another name",
    type: ":PrometheusRule",
    path: `${rules}.*.alert`,
    where: isRequired,
    becomes: (name) => `${String(name)}2`,
    caughtBy: ["required-alerts-present"],
  },
  {
    what: "an alert that is gone",
    type: ":PrometheusRule",
    path: `${rules}.*`,
    where: (rule) => isRequired(fields(rule).alert ?? null),
    caughtBy: ["required-alerts-present"],
  },
  {
    what: "an alert on a metric that isn't published",
    type: ":PrometheusRule",
    path: `${rules}.*`,
    where: (rule) => isRequired(fields(rule).alert ?? null),
    becomes: (rule) => ({ ...fields(rule), expr: `${String(fields(rule).expr)} and no_such_metric` }),
    caughtBy: ["required-alerts-present"],
  },
  {
    what: "an alert on nothing",
    type: ":PrometheusRule",
    path: `${rules}.*.expr`,
    where: ofAlerts,
    becomes: set(""),
    caughtBy: ["alert-rules-complete"],
  },
  {
    what: "two alerts of one name",
    type: ":PrometheusRule",
    path: rules,
    where: (all) => (all as readonly Wire[]).every((rule) => "alert" in fields(rule)),
    becomes: (all) => [...(all as readonly Wire[]), (all as readonly Wire[])[0] ?? null],
    caughtBy: ["alert-rules-complete"],
  },
  {
    what: "an alert that says nothing",
    type: ":PrometheusRule",
    path: `${rules}.*.annotations.summary`,
    becomes: set(" "),
    caughtBy: ["alert-rules-complete"],
  },
  {
    what: "a time that Prometheus can't read",
    type: ":PrometheusRule",
    path: `${rules}.*.for`,
    where: ofAlerts,
    becomes: set("1.5h"),
    caughtBy: ["alert-rules-complete"],
  },
  {
    what: "logs of a day",
    type: "cloudwatch/logGroup:LogGroup",
    path: "retentionInDays",
    becomes: set(1),
    caughtBy: ["log-groups-kept-and-encrypted"],
  },
  {
    what: "a budget of hours",
    type: "budgets/budget:Budget",
    path: "budgetType",
    becomes: set("USAGE"),
    caughtBy: ["budget-alert-present"],
  },
  {
    what: "a budget without a filter",
    type: "budgets/budget:Budget",
    path: "filterExpression",
    caughtBy: ["budget-alert-present"],
  },
  {
    what: "a budget without an address",
    type: "budgets/budget:Budget",
    path: "notifications",
    becomes: (all) =>
      (all as readonly Wire[]).map((one) => ({ ...fields(one), subscriberEmailAddresses: [] })),
    caughtBy: ["budget-alert-present"],
  },
  {
    what: "a budget that only foresees",
    type: "budgets/budget:Budget",
    path: "notifications",
    becomes: (all) =>
      (all as readonly Wire[]).map((one) => ({ ...fields(one), notificationType: "FORECASTED" })),
    caughtBy: ["budget-alert-present"],
  },
];
