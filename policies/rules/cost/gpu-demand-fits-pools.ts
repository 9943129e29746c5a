import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, unknown } from "../../framework/value.ts";
import { nodePool } from "../../read/kubernetes/cluster.ts";
import { workloads } from "../../read/kubernetes/containers.ts";
import { gpuDemands, type WorkloadGpuDemand } from "../../read/kubernetes/gpu-demand.ts";
import { gpuCount } from "../../read/kubernetes/gpus-asked.ts";
import { scalers } from "../../read/kubernetes/kubernetes.ts";

export const gpuDemandFitsPools: StackRule = {
  name: "gpu-demand-fits-pools",
  title: "GPU pools have capacity for all replicas that may run at once, including during a rollout.",
  why: "Pods that don't fit stay Pending at peak load or in the middle of a rollout, and a rollback then finds no GPU.",
  fix: "Raise the pool's limit, or lower maxReplicaCount of the slots that share it: both slots of a model count, each with its surge.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't add up what pods request" },
  resourceTypes: [...scalers, ...workloads, nodePool],
  example: {
    good: 'two slots of maxReplicaCount 3 and maxSurge 1 on limits: { "nvidia.com/gpu": 8 }',
    bad: 'two slots of maxReplicaCount 4 and maxSurge 1 on limits: { "nvidia.com/gpu": 8 }',
  },

  *checkStack({ resources }) {
    const demands = gpuDemands(resources);
    for (const { pods, pools, gpus } of demands) {
      if (gpus === Number.POSITIVE_INFINITY)
        yield {
          resource: pods.workload,
          path: `${pods.prefix}replicas`,
          problem: "how many GPUs its pods may request together isn't known at preview",
          allowed: "a maximum of replicas, a surge and the GPUs of each pod, known at preview; no DaemonSet",
        };
      if (pools.length === 0)
        yield {
          resource: pods.workload,
          path: `${pods.prefix}nodeSelector`,
          problem: "no GPU pool of the stack has the labels and the GPUs that its pods request",
          allowed: "the labels of a pool with an instance type that has enough GPUs for one pod",
        };
    }
    yield* shortPools(
      demands.filter(({ pools, gpus }) => pools.length > 0 && gpus < Number.POSITIVE_INFINITY),
    );
  },
};

/**
 * Pools with too few GPUs for the pods that can run nowhere else. A pod that may use several pools counts against all of them
 * together. A pool is named once, for the smallest such set that it is the first of.
 */
function* shortPools(demands: readonly WorkloadGpuDemand[]): Generator<StackFinding> {
  const named = new Set<StackResource>();
  for (const pools of poolSets(demands).sort((one, other) => one.length - other.length)) {
    const [resource] = pools;
    if (resource === undefined || named.has(resource)) continue;
    const bound = demands.filter((demand) => demand.pools.every((pool) => pools.includes(pool)));
    const needed = sum(bound.map(({ gpus }) => gpus));
    const limit = sum(pools.map(limitOf));
    if (needed <= limit) continue;
    named.add(resource);
    const together = pools.map(({ name }) => name).join(" and ");
    const terms = bound.map(({ pods, gpus }) => `${pods.workload.name} ${gpus}`).join(", ");
    yield {
      resource,
      path: "spec.limits.nvidia.com/gpu",
      problem: `${needed} GPUs may be requested at once (${terms}), and the limit of ${together} is ${Number.isNaN(limit) ? "not known at preview" : limit}`,
      allowed: `${needed} or more, known at preview`,
    };
  }
}

/** The sets of pools that pods may use, and the unions of overlapping sets: each may be large enough while their union is too small. */
function poolSets(demands: readonly WorkloadGpuDemand[]): (readonly StackResource[])[] {
  const sets = new Map<string, readonly StackResource[]>();
  const add = (pools: readonly StackResource[]) => {
    const key = String(pools.map(({ urn }) => urn).sort());
    if (!sets.has(key)) sets.set(key, pools);
  };
  for (const { pools } of demands) add(pools);
  // Iterating a Map includes the entries added during the iteration.
  for (const one of sets.values())
    for (const { pools } of demands)
      if (one.some((pool) => pools.includes(pool))) add([...new Set([...one, ...pools])]);
  return [...sets.values()];
}

/** An unset limit is reported by gpu-pool-capped; nothing fits a limit that can't be read. */
function limitOf({ props }: StackResource): number {
  const limit = at(props, "spec", "limits", "nvidia.com/gpu");
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  const gpus = gpuCount(limit);
  return gpus === unknown ? Number.NaN : gpus;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
