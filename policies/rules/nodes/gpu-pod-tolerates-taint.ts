import type { StackFinding, StackRule } from "../../framework/rule.ts";
import { at, elements, isList, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { purposeOf, unlessApplicationPods } from "../../read/aws/purpose.ts";
import { nodePool } from "../../read/kubernetes/cluster.ts";
import { containersOf, workloads } from "../../read/kubernetes/containers.ts";
import { gpuPools, landings } from "../../read/kubernetes/gpu-selection.ts";
import { acceleratorsAsked, gpusAsked } from "../../read/kubernetes/gpus-asked.ts";
import { type Pods, pods, same } from "../../read/kubernetes/kubernetes.ts";

/** The taint that every GPU pool has. */
const gpuTaint: Value = { key: "nvidia.com/gpu", effect: "NoSchedule" };

export const gpuPodToleratesTaint: StackRule = {
  name: "gpu-pod-tolerates-taint",
  title: "Pods tolerate the taints of GPU nodes exactly if they request a GPU.",
  why: "Without the toleration the pod is valid but stays Pending: no node fits, and Karpenter launches none. With it and without a request, a pod takes room on GPU nodes, and an image may take their GPUs without being counted.",
  fix: "Add a toleration for the taints of the pool that the pod selects, such as nvidia.com/gpu with operator Exists; remove it from pods that request no GPU.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't compare pods with the nodes that they select" },
  resourceTypes: [...workloads, nodePool],
  example: {
    good: "tolerations: [{ key: nvidia.com/gpu, operator: Exists, effect: NoSchedule }]",
    bad: "tolerations: [{ key: nvidia.com/gpu, operator: Equal, effect: NoSchedule, value: present }]",
  },

  *checkStack({ resources }) {
    const pools = gpuPools(resources);
    for (const some of resources.flatMap(pods)) {
      if (!requestsGpu(some)) {
        yield* uncounted(some);
        continue;
      }
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

/** A pod that a GPU node accepts, or that is put on a node without the scheduler, though it requests no GPU. */
function* uncounted(some: Pods): Generator<StackFinding> {
  // Pods of a DaemonSet look after the nodes that they run on.
  const agent = some.workload.type.endsWith(":DaemonSet");
  const asksOther = containersOf(some).some(({ fields }) => acceleratorsAsked(fields).length > 0);
  if (agent || asksOther || purposeOf(some.labels) !== undefined) return;
  const finding = {
    resource: some.workload,
    where: "pod",
    allowed: `no such toleration; ${unlessApplicationPods}`,
  };
  const tolerations = orUnknown(elements(at(some.spec, "tolerations")));
  if (tolerations.some((one) => one === unknown || tolerates(one, gpuTaint)))
    yield {
      ...finding,
      path: `${some.prefix}tolerations`,
      problem: "it tolerates the taint of GPU nodes and requests no GPU",
    };
  if (at(some.spec, "nodeName") !== undefined)
    yield {
      ...finding,
      path: `${some.prefix}nodeName`,
      problem: "it runs on a node by its name, whatever that node's taints and free resources",
      allowed: `no nodeName; ${unlessApplicationPods}`,
    };
}

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
