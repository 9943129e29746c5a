import type { StackRule } from "../../framework/rule.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import { rateSettings, unlimited, webAclRules, webAcls } from "../../read/aws/web-acl.ts";

export const wafRateRuleEnforces: StackRule<typeof rateSettings> = {
  name: "waf-rate-rule-enforces",
  title: "Every web ACL blocks a client that sends too fast.",
  why: "A rule that only counts, counts something else than clients or comes after an allow stops nobody, and each request that gets through takes GPU time.",
  fix: "Add a rule with a rateBasedStatement by IP without scope-down, action block, and a priority below every rule that allows.",
  severity: "critical",
  level: "mandatory",
  relatedChecks: { none: "the studied tools ask for an ACL, not for what it does" },
  resourceTypes: [...webAcls, ...webAclRules],
  example: {
    good: "{ priority: 0, action: { block: {} }, statement: { rateBasedStatement: { limit: 600, evaluationWindowSec: 60, aggregateKeyType: IP } } }",
    bad: "{ priority: 0, action: { count: {} }, statement: { rateBasedStatement: { limit: 600, aggregateKeyType: IP } } }",
  },
  config: rateSettings,

  *checkStack({ resources }, config) {
    for (const resource of resources.filter(isOf(webAcls))) {
      const reason = unlimited(resource, resources, config);
      if (reason !== undefined)
        yield {
          resource,
          path: "rules",
          problem: `the ACL lets clients send without limit: ${reason}`,
          allowed: `a rule that blocks by IP above at most ${config.maxPerMinute} requests per minute, before anything is allowed`,
        };
    }
  },
};
