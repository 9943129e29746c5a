import type { ResourceRule } from "../../framework/rule.ts";
import type { RuleSettings } from "../../framework/settings.ts";
import { at } from "../../framework/value.ts";
import { targetGroups } from "../../read/aws/load-balancer.ts";
import { isApplication, unlessApplication } from "../../read/aws/purpose.ts";

/** Seconds that hold where nothing is set, and the most that AWS takes. [elbv2 API, TargetGroupAttribute] */
const defaultDelay = 300;
const longestDelay = 3600;
const algorithms = ["round_robin", "least_outstanding_requests", "weighted_random"];

const settings = {
  maxStreamSeconds: {
    type: "integer",
    description: "The longest answer that a client may stream.",
    minimum: 300,
    maximum: longestDelay,
    default: 300,
  },
} as const satisfies RuleSettings;

export const targetGroupDrains: ResourceRule<typeof settings> = {
  name: "target-group-drains",
  title: "A target that leaves keeps its connections until the longest answer is done.",
  why: "After the deregistration delay the load balancer cuts what is still streaming, so every rollout and every switch would break answers.",
  fix: "Set deregistrationDelay to the longest stream, 300 to 3600 seconds, and loadBalancingAlgorithmType to least_outstanding_requests.",
  severity: "high",
  level: "mandatory",
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
            : "it isn't known when streams are cut",
        allowed: `${maxStreamSeconds} to ${longestDelay} seconds, known at preview; ${unlessApplication}`,
      };
    const algorithm = at(props, "loadBalancingAlgorithmType") ?? "round_robin";
    if (typeof algorithm !== "string" || !algorithms.includes(algorithm))
      yield {
        path: "loadBalancingAlgorithmType",
        problem: "AWS knows no such algorithm",
        allowed: algorithms.join(", "),
      };
  },
};
