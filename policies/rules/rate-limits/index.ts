import type { Rule } from "../../lib/rule.ts";
import { publicListenerRateLimited } from "./public-listener-rate-limited.ts";
import { wafRateRuleEnforces } from "./waf-rate-rule-enforces.ts";

export const rateLimits: readonly Rule[] = [publicListenerRateLimited, wafRateRuleEnforces];
