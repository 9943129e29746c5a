import { gpuInstances } from "../../data/gpus.ts";
import type { ResourceRule } from "../../framework/rule.ts";
import { integer, type RuleSettings } from "../../framework/settings.ts";
import { at, elements, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { groupMayHaveGpus, nodeGroups, nodePool } from "../../read/kubernetes/cluster.ts";
import { gpuCount } from "../../read/kubernetes/gpus-asked.ts";
import { mayHaveGpus } from "../../read/kubernetes/node-pool.ts";

const settings = {
  maxGpus: integer("Maximum limit of GPUs for one pool.", { minimum: 1, maximum: 512, default: 16 }),
} as const satisfies RuleSettings;

export const gpuPoolCapped: ResourceRule<typeof settings> = {
  name: "gpu-pool-capped",
  title: "Every GPU pool has a limit of GPUs.",
  why: "Without a limit a wrong replica count or a runaway autoscaler launches GPU nodes up to the account's quota.",
  fix: 'Set spec.limits["nvidia.com/gpu"] to the GPUs that the budget allows.',
  severity: "high",
  relatedChecks: { none: "the studied tools have no rule about Karpenter" },
  resourceTypes: [nodePool, ...nodeGroups],
  example: { good: 'limits: { "nvidia.com/gpu": "8" }', bad: 'limits: { cpu: "1000" }' },
  config: settings,

  *check({ type, props }, { maxGpus }) {
    if (type !== nodePool) {
      if (!groupMayHaveGpus(props) || gpusOfGroup(props) <= maxGpus) return;
      yield {
        path: "scalingConfig.maxSize",
        problem: "the group may have more GPUs than allowed, or their number isn't known",
        allowed: `listed instance types and a maxSize for at most ${maxGpus} GPUs in total`,
      };
      return;
    }
    if (!mayHaveGpus(props)) return;
    const limit = at(props, "spec", "limits", "nvidia.com/gpu");
    const gpus = gpuCount(limit);
    if (gpus !== unknown && gpus >= 1 && gpus <= maxGpus) return;
    yield {
      path: "spec.limits.nvidia.com/gpu",
      problem:
        limit === undefined
          ? "the pool may launch GPU nodes and has no limit of GPUs"
          : `the limit of GPUs is ${gpus === unknown ? "not a whole number known at preview" : gpus}`,
      allowed: `a whole number from 1 to ${maxGpus}`,
    };
  },
};

/** GPUs of a managed group at its largest; infinite where its types or its size aren't known. */
function gpusOfGroup(props: Value): number {
  const size = at(props, "scalingConfig", "maxSize");
  const each = orUnknown(elements(at(props, "instanceTypes"))).map(
    (type) => gpuInstances.find(({ name }) => name === type)?.gpus ?? Number.POSITIVE_INFINITY,
  );
  return typeof size === "number" && each.length > 0 ? size * Math.max(...each) : Number.POSITIVE_INFINITY;
}
