import type { Properties, Wire } from "../../scripts/plan/wire.ts";
import { type Given, withField } from "../support/policy.ts";

/** A rule that blocks at 600 requests per minute and client. */
export const rateRule: Properties = {
  name: "rate",
  priority: 10,
  action: { block: {} },
  statement: { rateBasedStatement: { limit: 600, evaluationWindowSec: 60, aggregateKeyType: "IP" } },
};

/** The rate rule with one field of its statement changed, or removed. */
export function rateWith(field: string, value: Wire | undefined): Properties {
  return withField(rateRule, `statement.rateBasedStatement.${field}`, value);
}

export function webAcl(rules: Wire, more: Properties = {}, name = "edge"): Given {
  return {
    type: "aws:wafv2/webAcl:WebAcl",
    name,
    props: { scope: "REGIONAL", defaultAction: { allow: {} }, rules, ...more },
  };
}

/** A rule of an ACL that is a resource of its own. */
export function ownRule(acl: Given, props: Properties = rateRule): Given {
  return {
    type: "aws:wafv2/webAclRule:WebAclRule",
    name: "rate",
    props: { webAclArn: "arn", ...props },
    behind: { webAclArn: [acl] },
  };
}

/** A rule with a group that AWS keeps. */
export function managedGroup(
  name: string,
  priority: number,
  more: Properties = {},
  statement: Properties = {},
): Properties {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: "AWS", name, ...statement } },
    ...more,
  };
}

/** The groups that every ACL has to have. */
export const managedGroups: readonly Properties[] = [
  managedGroup("AWSManagedRulesKnownBadInputsRuleSet", 20),
  managedGroup("AWSManagedRulesAmazonIpReputationList", 21),
  managedGroup(
    "AWSManagedRulesCommonRuleSet",
    22,
    {},
    {
      ruleActionOverrides: [{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }],
    },
  ),
];
