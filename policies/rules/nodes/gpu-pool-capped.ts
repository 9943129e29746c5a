import { gpuInstances } from "../../data/gpus.ts";
import type { ResourceRule } from "../../framework/rule.ts";
import type { RuleSettings } from "../../framework/settings.ts";
import { at, elements, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { groupMayHaveGpus, nodeGroups, nodePool } from "../../read/kubernetes/cluster.ts";
import { gpuCount } from "../../read/kubernetes/gpus-asked.ts";
import { mayHaveGpus } from "../../read/kubernetes/node-pool.ts";

const settings = {
  maxGpus: {
    type: "integer",
    description: "GPUs that one pool may have at the same time.",
    minimum: 1,
    maximum: 512,
    default: 16,
  },
} as const satisfies RuleSettings;

export const gpuPoolCapped: ResourceRule<typeof settings> = {
  name: "gpu-pool-capped",
  title: "Every GPU pool has a ceiling in GPUs.",
  why: "Without one a wrong replica count or a scaler that runs away buys GPU nodes until the account's quota ends it.",
  fix: 'Set spec.limits["nvidia.com/gpu"] to the GPUs that the budget allows.',
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools have no rule about Karpenter" },
  resourceTypes: [nodePool, ...nodeGroups],
  example: { good: 'limits: { "nvidia.com/gpu": "8" }', bad: 'limits: { cpu: "1000" }' },
  config: settings,

  *check({ type, props }, { maxGpus }) {
    if (type !== nodePool) {
      if (!groupMayHaveGpus(props) || gpusOfGroup(props) <= maxGpus) return;
      yield {
        path: "scalingConfig.maxSize",
        problem: "the group may have more GPUs than a pool may, or how many can't be told",
        allowed: `listed instance types and a maxSize for at most ${maxGpus} GPUs together`,
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
          ? "the pool may make GPU nodes and has no limit in GPUs"
          : `the limit in GPUs is ${gpus === unknown ? "no whole number known at preview" : gpus}`,
      allowed: `a whole number from 1 to ${maxGpus}`,
    };
  },
};

/** GPUs of a managed group at its largest; infinite where its types or its size can't be told. */
function gpusOfGroup(props: Value): number {
  const size = at(props, "scalingConfig", "maxSize");
  const each = orUnknown(elements(at(props, "instanceTypes"))).map(
    (type) => gpuInstances.find(({ name }) => name === type)?.gpus ?? Number.POSITIVE_INFINITY,
  );
  return typeof size === "number" && each.length > 0 ? size * Math.max(...each) : Number.POSITIVE_INFINITY;
}
