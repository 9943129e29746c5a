import type { ListenerRuleArgs } from "@pulumi/aws/lb/listenerRule.js";
import type { Input } from "@pulumi/pulumi";
import { bucketHeader, type Colour, type TrafficRule } from "./traffic.ts";

/** Only the OpenAI-compatible routes: the engine's others (metrics, weights, pause) never leave the cluster. */
const paths = ["/v1/*"];

/** A traffic rule in the load balancer's terms. @param groups the target group of each colour that the rule names */
export function ruleArgs(
  rule: TrafficRule,
  groups: Readonly<Partial<Record<Colour, Input<string>>>>,
): Pick<ListenerRuleArgs, "actions" | "conditions"> {
  const targetGroups = Object.entries(rule.weights).map(([colour, weight]) => {
    const arn = groups[colour as Colour];
    if (arn === undefined)
      throw new Error(`rule ${rule.name} of ${rule.host} names ${colour}, which has no target group`);
    return { arn, weight };
  });
  const bucket =
    rule.bucketPattern === undefined
      ? []
      : [{ httpHeader: { httpHeaderName: bucketHeader, regexValues: [rule.bucketPattern] } }];
  return {
    actions: [{ type: "forward", forward: { targetGroups } }],
    conditions: [{ hostHeader: { values: [rule.host] } }, { pathPattern: { values: paths } }, ...bucket],
  };
}
