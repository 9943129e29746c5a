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
  const largest = Math.max(0, ...replicas);
  const candidates = types.flatMap((instance) => {
    const gpus = instance.gpu?.count ?? 0;
    if (gpus < largest || instance.usdPerHour === undefined) return [];
    const count = packed(replicas, gpus);
    return [{ instance, count, usdPerHour: count * instance.usdPerHour }];
  });
  const [best] = candidates.sort((a, b) => a.usdPerHour - b.usdPerHour);
  return best && { instance: best.instance, count: best.count };
}

/** Nodes with this many GPUs that hold all replicas, none of them split: the largest first, each where it fits. */
function packed(replicas: readonly number[], gpusPerNode: number): number {
  const free: number[] = [];
  for (const replica of [...replicas].sort((a, b) => b - a)) {
    const node = free.findIndex((gpus) => gpus >= replica);
    if (node === -1) free.push(gpusPerNode - replica);
    else free[node] = (free[node] ?? 0) - replica;
  }
  return free.length;
}
