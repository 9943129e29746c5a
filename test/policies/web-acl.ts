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
