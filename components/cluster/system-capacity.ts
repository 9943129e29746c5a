import type { SystemPods } from "./system-pods.ts";

/** What pods of a kind ask for, and where they may run. */
export interface SystemDemand
  extends Pick<SystemPods, "replicas" | "millicpus" | "memoryMiB" | "priorityClassName" | "apart"> {
  readonly name: string;
  /** It has a disk, which only nodes of one zone can reach. */
  readonly zonal?: true;
  /** It ends by itself, such as a Job's. */
  readonly ends?: true;
}

/** Nodes of one size, with what is left on each when every DaemonSet has its pod there. */
export interface SystemCapacity {
  readonly nodes: number;
  readonly zones: number;
  readonly millicpus: number;
  readonly memoryMiB: number;
  /** Pods that the kubelet takes beside those. */
  readonly pods: number;
}

/** The first pod that may find no node, and when. */
export function shortage(
  demands: readonly SystemDemand[],
  capacity: SystemCapacity,
): { readonly when: string; readonly pod: SystemDemand } | undefined {
  const [first] = unplaced(demands, capacity);
  if (first !== undefined) return { when: "when all pods start", pod: first };
  const lasting = demands.filter(({ ends }) => !ends);
  // One kind at a time: the next one's pod finds the room that the last one's left.
  const crowded = lasting.filter(surges).find((pod) => {
    const surging = { ...pod, replicas: pod.replicas + 1 };
    return unplaced(
      lasting.map((other) => (other === pod ? surging : other)),
      capacity,
    ).includes(surging);
  });
  if (crowded !== undefined) return { when: "during a rolling update", pod: crowded };
  // The second replicas, and disks of the lost node's zone, wait for the node that replaces it.
  const [homeless] = unplaced(
    lasting.map((pod) => ({ ...pod, replicas: 1 })),
    { ...capacity, nodes: capacity.nodes - 1 },
  );
  return homeless && { when: "while one node is lost", pod: homeless };
}

/** A Deployment of up to four replicas starts one more; StatefulSets, and Karpenter by its chart, stop one first. */
function surges({ zonal, apart }: SystemDemand): boolean {
  return !zonal && !apart;
}

/**
 * The pods that may find no node, whichever order all pods arrive in. The scheduler places a pod on any node with room,
 * so that what is free may lie on several nodes in pieces. Pods of a priority class evict those without one, and so
 * wait for each other only.
 */
export function unplaced(
  demands: readonly SystemDemand[],
  { nodes, zones, ...node }: SystemCapacity,
): SystemDemand[] {
  return demands.filter((pod) => {
    const reachable = pod.zonal ? Math.max(1, Math.floor(nodes / zones)) : nodes;
    const open = pod.apart && !pod.zonal ? nodes - (pod.replicas - 1) : reachable;
    if (open < 1 || (pod.apart && nodes < pod.replicas)) return true;
    if (pod.millicpus > node.millicpus || pod.memoryMiB > node.memoryMiB) return true;
    const others = demands
      .filter(({ priorityClassName }) => priorityClassName !== undefined || !pod.priorityClassName)
      .map((other) => (other === pod ? { ...other, replicas: pod.apart ? 0 : pod.replicas - 1 } : other));
    return canClose(others, open, {
      millicpus: node.millicpus - pod.millicpus,
      memoryMiB: node.memoryMiB - pod.memoryMiB,
      pods: node.pods,
    });
  });
}

/**
 * Whether pods can close all nodes to another: each by more CPU or more memory than leaves it room, or by as many pods
 * as a node takes. An upper bound, which also reports a few packings that would work.
 */
function canClose(
  pods: readonly SystemDemand[],
  nodes: number,
  room: Pick<SystemCapacity, "millicpus" | "memoryMiB" | "pods">,
): boolean {
  const all = requested(pods);
  return upTo(nodes).some((byCount) => {
    const counted = byCount * room.pods;
    // Of those that never share a node each of these has one.
    if (
      counted > podCount(pods.map((pod) => (pod.apart ? { replicas: Math.min(pod.replicas, byCount) } : pod)))
    )
      return false;
    // Those that fill nodes by their number are the smallest ones at best, and close no others.
    const millicpus = all.millicpus - least(pods, counted, (pod) => pod.millicpus);
    const memoryMiB = all.memoryMiB - least(pods, counted, (pod) => pod.memoryMiB);
    return upTo(nodes - byCount).some((byCpu) => {
      if (byCpu > 0 && millicpus <= byCpu * room.millicpus) return false;
      const byMemory = nodes - byCount - byCpu;
      const left = Math.min(memoryMiB, memoryBeside(pods, byCpu * room.millicpus));
      return byMemory === 0 || left > byMemory * room.memoryMiB;
    });
  });
}

/** 0, 1, 2 and so on. @param last the last of them */
function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, index) => index);
}

/** The least that so many pods ask for together. */
function least(pods: readonly SystemDemand[], count: number, of: (pod: SystemDemand) => number): number {
  let missing = count;
  let sum = 0;
  for (const pod of [...pods].sort((a, b) => of(a) - of(b))) {
    const taken = Math.min(missing, pod.replicas);
    missing -= taken;
    sum += taken * of(pod);
  }
  return sum;
}

/**
 * The most memory that is left to others when some of them take this CPU together. Those that ask for the least memory
 * for their CPU take it, the last one in part.
 */
function memoryBeside(pods: readonly SystemDemand[], millicpus: number): number {
  let cpu = 0;
  let memory = 0;
  for (const pod of pods.filter((one) => one.millicpus > 0).sort(byMemoryForCpu)) {
    const pieces = Math.min(pod.replicas, (millicpus - cpu) / pod.millicpus);
    cpu += pieces * pod.millicpus;
    memory += pieces * pod.memoryMiB;
  }
  return requested(pods).memoryMiB - memory;
}

function byMemoryForCpu(a: SystemDemand, b: SystemDemand): number {
  return a.memoryMiB / a.millicpus - b.memoryMiB / b.millicpus;
}

/** How many pods there are of all kinds. */
export function podCount(demands: readonly Pick<SystemDemand, "replicas">[]): number {
  return demands.reduce((total, { replicas }) => total + replicas, 0);
}

/** What all pods ask for together. */
export function requested(demands: readonly SystemDemand[]): { millicpus: number; memoryMiB: number } {
  const sum = (of: (demand: SystemDemand) => number) =>
    demands.reduce((total, demand) => total + demand.replicas * of(demand), 0);
  return { millicpus: sum(({ millicpus }) => millicpus), memoryMiB: sum(({ memoryMiB }) => memoryMiB) };
}
