import type { StackRule } from "../../framework/rule.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import { rateSettings, unlimited, webAclRules, webAcls } from "../../read/aws/web-acl.ts";

export const wafRateRuleEnforces: StackRule<typeof rateSettings> = {
  name: "waf-rate-rule-enforces",
  title: "Every web ACL blocks clients that exceed a request rate.",
  why: "A rule that only counts, aggregates by something other than the client, or comes after an allow rule limits no client, and every request that gets through takes GPU time.",
  fix: "Add a rule with a rateBasedStatement by IP without scope-down, action block, and a priority below every rule that allows.",
  severity: "critical",
  relatedChecks: { none: "the studied tools require a web ACL, but don't check its rules" },
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
          problem: `the web ACL doesn't limit clients: ${reason}`,
          allowed: `a rule that blocks by IP above at most ${config.maxPerMinute} requests per minute, before any rule that allows`,
        };
    }
  },
};
