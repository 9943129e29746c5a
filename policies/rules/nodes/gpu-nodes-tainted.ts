import { nodePool } from "../../lib/cluster.ts";
import { mayHaveGpus } from "../../lib/node-pool.ts";
import type { ResourceRule } from "../../lib/rule.ts";
import { at, isList, type Value } from "../../lib/value.ts";

export const gpuNodesTainted: ResourceRule = {
  name: "gpu-nodes-tainted",
  title: "GPU nodes keep everything off that doesn't ask for them.",
  why: "Without the taint any pod lands on a GPU node, takes its memory and CPU, and keeps a node alive that costs dollars an hour.",
  fix: "Add the taint nvidia.com/gpu with effect NoSchedule to spec.template.spec.taints.",
  severity: "high",
  level: "mandatory",
  anchors: { none: "the studied tools have no rule about Karpenter" },
  reads: [nodePool],
  example: {
    good: "taints: [{ key: nvidia.com/gpu, effect: NoSchedule }]",
    bad: "taints: [{ key: nvidia.com/gpu, effect: PreferNoSchedule }]",
  },
  config: {},

  *check({ props }) {
    if (!mayHaveGpus(props)) return;
    const taints = at(props, "spec", "template", "spec", "taints");
    if (isList(taints) && taints.some(keepsOff)) return;
    yield {
      path: "spec.template.spec.taints",
      problem: "the pool may make GPU nodes and has no taint nvidia.com/gpu that keeps other pods off",
      allowed: "a taint nvidia.com/gpu with effect NoSchedule, known at preview",
    };
  },
};

function keepsOff(taint: Value): boolean {
  return at(taint, "key") === "nvidia.com/gpu" && at(taint, "effect") === "NoSchedule";
}
