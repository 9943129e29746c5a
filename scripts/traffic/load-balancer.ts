import {
  type Action,
  DeleteRuleCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
  type Rule,
  type RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { bucketHeader } from "../../components/serving/traffic.ts";
import { type Balancer, type Groups, type ModelRule, modelRule, targets } from "./model-rules.ts";

/** The load balancer itself, by AWS's API. */
export function loadBalancer(client: Pick<ElasticLoadBalancingV2Client, "send">): Balancer {
  return {
    rules: async ({ listenerArn, host }, groups) => {
      const rules: Rule[] = [];
      let marker: string | undefined;
      do {
        const page = await client.send(
          new DescribeRulesCommand({ ListenerArn: listenerArn, ...(marker && { Marker: marker }) }),
        );
        rules.push(...(page.Rules ?? []));
        marker = page.NextMarker;
      } while (marker !== undefined && marker !== "");
      return rules
        .filter(({ Conditions = [] }) => Conditions.some((condition) => hosts(condition).includes(host)))
        .map((rule) => asModelRule(rule, groups))
        .toSorted((a, b) => a.priority - b.priority);
    },
    remove: async ({ id }) => {
      await client.send(new DeleteRuleCommand({ RuleArn: id }));
    },
  };
}

function hosts({ Field, HostHeaderConfig, Values }: RuleCondition): readonly string[] {
  if (Field !== "host-header") return [];
  return HostHeaderConfig?.Values ?? Values ?? [];
}

function asModelRule(
  { RuleArn = "", Priority, Actions = [], Conditions = [] }: Rule,
  groups: Groups,
): ModelRule {
  const buckets = Conditions.filter(isBucket);
  return modelRule({
    id: RuleArn,
    priority: Number(Priority),
    bucketPattern: buckets[0]?.HttpHeaderConfig?.RegexValues?.join("|"),
    targets: Actions.flatMap(forwarded),
    groups,
    foreign: [
      ...Conditions.filter(
        (condition) =>
          !isBucket(condition) && condition.Field !== "host-header" && condition.Field !== "path-pattern",
      ).map(({ Field = "" }) => Field),
      ...Actions.filter(({ Type }) => Type !== "forward").map(({ Type = "" }) => Type),
    ],
  });
}

function isBucket({ Field, HttpHeaderConfig }: RuleCondition): boolean {
  return Field === "http-header" && HttpHeaderConfig?.HttpHeaderName?.toLowerCase() === bucketHeader;
}

function forwarded({ TargetGroupArn, ForwardConfig }: Action) {
  const several = ForwardConfig?.TargetGroups?.map(({ TargetGroupArn, Weight }) => ({
    arn: TargetGroupArn,
    weight: Weight,
  }));
  return targets(TargetGroupArn, several);
}
