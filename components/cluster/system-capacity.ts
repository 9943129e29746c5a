import type { SystemPods } from "./system-pods.ts";

/** What pods of a kind ask for, and where they may run. */
export interface SystemDemand
  extends Pick<SystemPods, "replicas" | "millicpus" | "memoryMiB" | "priorityClassName" | "apart"> {
  readonly name: string;
  /** It has a disk, which only nodes of one zone can reach. */
  readonly zonal?: true;
}

/** Nodes of one size, with what is left on each when every DaemonSet has its pod there. */
export interface SystemCapacity {
  readonly nodes: number;
  readonly zones: number;
  readonly millicpus: number;
  readonly memoryMiB: number;
}

/**
 * The pods that may find no node, whichever order all pods arrive in. The scheduler places a pod on any node with room,
 * so that what is free may lie on several nodes in pieces. A node is closed to a pod when too much of its CPU or of its
 * memory is taken, and all nodes are only when the others ask for enough of both: an upper bound, which also reports a
 * few packings that would work. Pods of a priority class evict those without one, and so wait for each other only.
 */
export function unplaced(
  demands: readonly SystemDemand[],
  { nodes, zones, millicpus, memoryMiB }: SystemCapacity,
): SystemDemand[] {
  return demands.filter((pod) => {
    const reachable = pod.zonal ? Math.max(1, Math.floor(nodes / zones)) : nodes;
    const open = pod.apart && !pod.zonal ? nodes - (pod.replicas - 1) : reachable;
    if (open < 1 || (pod.apart && nodes < pod.replicas)) return true;
    if (pod.millicpus > millicpus || pod.memoryMiB > memoryMiB) return true;
    const others = demands
      .filter(({ priorityClassName }) => priorityClassName !== undefined || !pod.priorityClassName)
      .map((other) => (other === pod ? { ...other, replicas: pod.apart ? 0 : pod.replicas - 1 } : other));
    return Array.from({ length: open + 1 }, (_, byCpu) => byCpu).some((byCpu) => {
      const left = memoryBeside(others, byCpu * (millicpus - pod.millicpus));
      return left !== undefined && (byCpu === open || left > (open - byCpu) * (memoryMiB - pod.memoryMiB));
    });
  });
}

/**
 * The most memory that is left to others when some of them take more than this CPU together; none when all of them
 * don't. Those that ask for the least memory for their CPU take it, the last one in part.
 */
function memoryBeside(pods: readonly SystemDemand[], millicpus: number): number | undefined {
  const all = requested(pods);
  if (millicpus > 0 && all.millicpus <= millicpus) return undefined;
  let cpu = 0;
  let memory = 0;
  for (const pod of pods.filter((one) => one.millicpus > 0).sort(byMemoryForCpu)) {
    const pieces = Math.min(pod.replicas, (millicpus - cpu) / pod.millicpus);
    cpu += pieces * pod.millicpus;
    memory += pieces * pod.memoryMiB;
  }
  return all.memoryMiB - memory;
}

function byMemoryForCpu(a: SystemDemand, b: SystemDemand): number {
  return a.memoryMiB / a.millicpus - b.memoryMiB / b.millicpus;
}

/** What all pods ask for together. */
export function requested(demands: readonly SystemDemand[]): { millicpus: number; memoryMiB: number } {
  const sum = (of: (demand: SystemDemand) => number) =>
    demands.reduce((total, demand) => total + demand.replicas * of(demand), 0);
  return { millicpus: sum(({ millicpus }) => millicpus), memoryMiB: sum(({ memoryMiB }) => memoryMiB) };
}
