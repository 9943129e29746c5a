import type { ResourceRule } from "../../framework/rule.ts";
import { integer, type RuleSettings } from "../../framework/settings.ts";
import { at } from "../../framework/value.ts";
import { targetGroups } from "../../read/aws/load-balancer.ts";
import { isApplication, unlessApplication } from "../../read/aws/purpose.ts";

/** In seconds: AWS's default and maximum. [elbv2 API, TargetGroupAttribute] */
const defaultDelay = 300;
const longestDelay = 3600;
const algorithms = ["round_robin", "least_outstanding_requests", "weighted_random"];

const settings = {
  maxStreamSeconds: integer("Seconds of the longest stream.", {
    minimum: 300,
    maximum: longestDelay,
    default: 300,
  }),
} as const satisfies RuleSettings;

export const targetGroupDrains: ResourceRule<typeof settings> = {
  name: "target-group-drains",
  title: "A deregistering target keeps its connections until the longest answer is done.",
  why: "After the deregistration delay the load balancer cuts connections that are still streaming, so every rollout and every switch would break answers.",
  fix: "Set deregistrationDelay to the longest stream, 300 to 3600 seconds, and loadBalancingAlgorithmType to least_outstanding_requests.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't look at the deregistration delay" },
  resourceTypes: targetGroups,
  example: { good: "deregistrationDelay: 300", bad: "deregistrationDelay: 30" },
  config: settings,

  *check(resource, { maxStreamSeconds }) {
    if (isApplication(resource)) return;
    const { props } = resource;
    const delay = at(props, "deregistrationDelay") ?? defaultDelay;
    if (typeof delay !== "number" || !(delay >= maxStreamSeconds && delay <= longestDelay))
      yield {
        path: "deregistrationDelay",
        problem:
          typeof delay === "number"
            ? `streams are cut after ${delay} s`
            : "when streams are cut isn't known at preview",
        allowed: `${maxStreamSeconds} to ${longestDelay} seconds, known at preview; ${unlessApplication}`,
      };
    const algorithm = at(props, "loadBalancingAlgorithmType") ?? "round_robin";
    if (typeof algorithm !== "string" || !algorithms.includes(algorithm))
      yield {
        path: "loadBalancingAlgorithmType",
        problem: "it is not an algorithm of AWS",
        allowed: algorithms.join(", "),
      };
  },
};
