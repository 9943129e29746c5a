import type { InstanceType } from "./instances.ts";

/** Nodes of one type. */
export interface Nodes {
  readonly instance: InstanceType;
  readonly count: number;
}

/**
 * The cheapest nodes of one type that hold these replicas.
 * @param replicas GPUs that each replica takes
 * @returns `undefined` when no type has the GPUs of the largest replica and a price
 */
export function cheapestNodes(
  types: readonly InstanceType[],
  replicas: readonly number[],
): Nodes | undefined {
  const largest = replicas.reduce((most, gpus) => Math.max(most, gpus), 0);
  const candidates = types.flatMap((instance) => {
    const gpus = instance.gpu?.count ?? 0;
    if (gpus < largest || instance.usdPerHour === undefined) return [];
    const count = packed(replicas, gpus);
    return [{ instance, count, usdPerHour: count * instance.usdPerHour }];
  });
  const [best] = candidates.sort((a, b) => a.usdPerHour - b.usdPerHour);
  return best && { instance: best.instance, count: best.count };
}

/** Nodes with this many GPUs that hold all replicas, none of them split: the largest first, each where it fits best. */
function packed(replicas: readonly number[], gpusPerNode: number): number {
  // Nodes by the GPUs that are free on them: there may be millions, of few kinds.
  const free = Array<number>(gpusPerNode + 1).fill(0);
  let nodes = 0;
  for (const replica of [...replicas].sort((a, b) => b - a)) {
    const room = free.findIndex((count, gpus) => count > 0 && gpus >= replica);
    if (room === -1) nodes += 1;
    else free[room] = (free[room] ?? 0) - 1;
    const left = (room === -1 ? gpusPerNode : room) - replica;
    free[left] = (free[left] ?? 0) + 1;
  }
  return nodes;
}

/** Pods that each take this many GPUs of one node. */
export interface GpuDemand {
  readonly gpus: number;
  readonly pods: number;
}

/**
 * Whether all pods find a node within a limit of GPUs, whichever types Karpenter takes and in whichever order. It
 * counts whole instances, and starts none that is larger than what is left of the limit. [karpenter, scheduler.go]
 * Pods of one size fill what is free on their nodes. Those of several sizes may leave gaps that none of the others
 * fits, so each size is given nodes of its own.
 * @param types GPUs of each instance type of the pool
 */
export function limitHolds(limit: number, types: readonly number[], demands: readonly GpuDemand[]): boolean {
  const needed = demands.filter(({ pods }) => pods > 0);
  const [only, ...others] = needed;
  if (only === undefined) return true;
  if (others.length === 0 && only.pods <= mostTried) return alwaysPlaced(limit, types, only);
  return needed.reduce((sum, demand) => sum + mostGpus(limit, types, demand), 0) <= limit;
}

/** For more pods the ways to start instances aren't tried one by one. */
const mostTried = 500;

/** The lowest limit from this one on that holds; `undefined` where no type has the GPUs of a pod. */
export function nextLimit(
  from: number,
  types: readonly number[],
  demands: readonly GpuDemand[],
): number | undefined {
  const pods = demands.reduce((sum, demand) => sum + demand.pods, 0);
  const lowest = Math.max(
    from,
    demands.reduce((sum, { gpus, pods }) => sum + gpus * pods, 0),
  );
  // With a node of the largest type for each pod there is always room for one more.
  const highest = Math.max(lowest, (pods + 1) * Math.max(0, ...types));
  for (let limit = lowest; limit <= highest; limit++) {
    if (limitHolds(limit, types, demands)) return limit;
  }
  return undefined;
}

/** For one size of pods: each way to start instances ends with all pods placed. */
function alwaysPlaced(limit: number, types: readonly number[], { gpus, pods }: GpuDemand): boolean {
  const suitable = [...new Set(types)].filter((type) => type >= gpus);
  const known = new Map<number, boolean>();
  const placed = (left: number, waiting: number): boolean => {
    if (waiting <= 0) return true;
    const key = left * (pods + 1) + waiting;
    const before = known.get(key);
    if (before !== undefined) return before;
    const startable = suitable.filter((type) => type <= left);
    const result =
      startable.length > 0 &&
      startable.every((type) => placed(left - type, waiting - Math.floor(type / gpus)));
    known.set(key, result);
    return result;
  };
  return placed(limit, pods);
}

/** The most GPUs that the nodes of one size of pods can have, of types that the limit allows at all. */
function mostGpus(limit: number, types: readonly number[], { gpus, pods }: GpuDemand): number {
  const suitable = [...new Set(types)].filter((type) => type >= gpus && type <= limit);
  if (suitable.length === 0) return Number.POSITIVE_INFINITY;
  const most = [0];
  for (let waiting = 1; waiting <= pods; waiting++) {
    const sums = suitable.map((type) => type + (most[Math.max(0, waiting - Math.floor(type / gpus))] ?? 0));
    most.push(Math.max(...sums));
  }
  return most[pods] ?? 0;
}
