import type { StackRule } from "../../framework/rule.ts";
import { at, elements, isList, orUnknown, type Value } from "../../framework/value.ts";
import { nodePool } from "../../read/kubernetes/cluster.ts";
import { containersOf, workloads } from "../../read/kubernetes/containers.ts";
import { gpuPools, landings } from "../../read/kubernetes/gpu-selection.ts";
import { gpusAsked } from "../../read/kubernetes/gpus-asked.ts";
import { type Pods, pods, same } from "../../read/kubernetes/kubernetes.ts";

/** The taint that every GPU pool has. */
const gpuTaint: Value = { key: "nvidia.com/gpu", effect: "NoSchedule" };

export const gpuPodToleratesTaint: StackRule = {
  name: "gpu-pod-tolerates-taint",
  title: "Pods that request a GPU tolerate the taints of GPU nodes.",
  why: "Without the toleration the pod is valid but stays Pending: no node fits, and Karpenter launches none.",
  fix: "Add a toleration for the taints of the pool that the pod selects, such as nvidia.com/gpu with operator Exists.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools don't compare pods with the nodes that they select" },
  resourceTypes: [...workloads, nodePool],
  example: {
    good: "tolerations: [{ key: nvidia.com/gpu, operator: Exists, effect: NoSchedule }]",
    bad: "tolerations: [{ key: nvidia.com/gpu, operator: Equal, effect: NoSchedule, value: present }]",
  },
  config: {},

  *checkStack({ resources }) {
    const pools = gpuPools(resources);
    for (const some of resources.flatMap(pods).filter(requestsGpu)) {
      const selected = landings(some.spec, pools).map(({ pool }) => pool);
      const tolerations = orUnknown(elements(at(some.spec, "tolerations")));
      const taints = selected.length > 0 ? selected.map(({ props }) => taintsOf(props)) : [[gpuTaint]];
      const lands = taints.some((all) =>
        all.every((taint) => tolerations.some((toleration) => tolerates(toleration, taint))),
      );
      if (lands) continue;
      const where = selected.length > 0 ? selected.map(({ name }) => name).join(", ") : "GPU nodes";
      yield {
        resource: some.workload,
        path: `${some.prefix}tolerations`,
        where: "pod",
        problem: `it requests a GPU and doesn't tolerate the taints of ${where}`,
        allowed: "tolerations, known at preview, for every taint of a pool that the pod selects",
      };
    }
  },
};

function requestsGpu(some: Pods): boolean {
  return containersOf(some).some(({ fields }) => gpusAsked(fields) !== 0);
}

/** The taints that keep pods off a pool's nodes; where they can't be read, the one of GPU nodes. */
function taintsOf(nodePool: Value): readonly Value[] {
  const taints = at(nodePool, "spec", "template", "spec", "taints") ?? [];
  return isList(taints) ? taints.filter((taint) => at(taint, "effect") !== "PreferNoSchedule") : [gpuTaint];
}

/** Whether a toleration matches a taint, as Kubernetes compares them. [Kubernetes API, Toleration] */
function tolerates(toleration: Value, taint: Value): boolean {
  const key = at(toleration, "key");
  const effect = at(toleration, "effect");
  if (effect !== undefined && same(effect, at(taint, "effect")) !== true) return false;
  switch (at(toleration, "operator") ?? "Equal") {
    case "Exists":
      return key === undefined || same(key, at(taint, "key")) === true;
    case "Equal":
      return (
        same(key, at(taint, "key")) === true &&
        same(at(toleration, "value") ?? "", at(taint, "value") ?? "") === true
      );
    default:
      return false;
  }
}
