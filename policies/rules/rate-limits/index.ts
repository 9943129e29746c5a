import type { Rule } from "../../framework/rule.ts";
import { gatewayAuthRequired } from "./gateway-auth-required.ts";
import { gatewayClientOverridesClosed } from "./gateway-client-overrides-closed.ts";
import { gatewayLimitsEnforced } from "./gateway-limits-enforced.ts";
import { gatewayWithoutDatabase } from "./gateway-without-database.ts";
import { publicListenerRateLimited } from "./public-listener-rate-limited.ts";
import { tenantLimitsComplete } from "./tenant-limits-complete.ts";
import { wafRateRuleEnforces } from "./waf-rate-rule-enforces.ts";

export const rateLimits: readonly Rule[] = [
  publicListenerRateLimited,
  wafRateRuleEnforces,
  gatewayAuthRequired,
  gatewayWithoutDatabase,
  tenantLimitsComplete,
  gatewayLimitsEnforced,
  gatewayClientOverridesClosed,
];
