import type { ResourceRule } from "../../framework/rule.ts";
import { at, isList, type Value } from "../../framework/value.ts";
import { groupMayHaveGpus, nodeGroups, nodePool } from "../../read/kubernetes/cluster.ts";
import { mayHaveGpus } from "../../read/kubernetes/node-pool.ts";

export const gpuNodesTainted: ResourceRule = {
  name: "gpu-nodes-tainted",
  title: "GPU nodes have a taint that keeps other pods off.",
  why: "Without the taint any pod can be scheduled on a GPU node, take its memory and CPU, and keep a node running that costs dollars an hour.",
  fix: "Add the taint nvidia.com/gpu with effect NoSchedule to spec.template.spec.taints, or with NO_SCHEDULE to a managed group's taints.",
  severity: "high",
  relatedChecks: { none: "the studied tools have no rule about Karpenter" },
  resourceTypes: [nodePool, ...nodeGroups],
  example: {
    good: "taints: [{ key: nvidia.com/gpu, effect: NoSchedule }]",
    bad: "taints: [{ key: nvidia.com/gpu, effect: PreferNoSchedule }]",
  },

  *check({ type, props }) {
    if (type !== nodePool) {
      const own = at(props, "taints");
      if (!groupMayHaveGpus(props) || (isList(own) && own.some((taint) => keepsOff(taint, "NO_SCHEDULE"))))
        return;
      yield {
        path: "taints",
        problem: "the group may have GPU nodes and has no taint nvidia.com/gpu that keeps other pods off",
        allowed: "a taint nvidia.com/gpu with effect NO_SCHEDULE, known at preview",
      };
      return;
    }
    if (!mayHaveGpus(props)) return;
    const taints = at(props, "spec", "template", "spec", "taints");
    if (isList(taints) && taints.some((taint) => keepsOff(taint, "NoSchedule"))) return;
    yield {
      path: "spec.template.spec.taints",
      problem: "the pool may launch GPU nodes and has no taint nvidia.com/gpu that keeps other pods off",
      allowed: "a taint nvidia.com/gpu with effect NoSchedule, known at preview",
    };
  },
};

function keepsOff(taint: Value, effect: string): boolean {
  const key = at(taint, "key");
  return (key === "nvidia.com/gpu" || key === "aws.amazon.com/neuron") && at(taint, "effect") === effect;
}
