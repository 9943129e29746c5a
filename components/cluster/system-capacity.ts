import type { SystemPods } from "./system-pods.ts";

/** The requests of one kind of pod, and where it may run. */
export interface SystemDemand
  extends Pick<SystemPods, "replicas" | "millicpus" | "memoryMiB" | "priorityClassName" | "apart"> {
  readonly name: string;
  /** It has a disk, which only nodes of one zone can reach. */
  readonly zonal?: true;
  /** Nodes get the next one by turns, by a topology spread with `maxSkew: 1` that is required. */
  readonly spread?: true;
  /** It ends by itself, such as a Job's. */
  readonly ends?: true;
}

type Asked = Pick<SystemDemand, "replicas" | "millicpus" | "memoryMiB">;

/** Nodes of one size, with what is left on each when every DaemonSet has its pod there. */
export interface SystemCapacity {
  readonly nodes: number;
  readonly zones: number;
  readonly millicpus: number;
  readonly memoryMiB: number;
  /** Pods that the kubelet accepts in addition to those. */
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
    const all = lasting.map((other) => (other === pod ? surging : other));
    return unplaced(all, capacity, [surging]).length > 0;
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
 * @param asked which of the pods to count. @default all of them
 */
export function unplaced(
  demands: readonly SystemDemand[],
  { nodes, zones, ...node }: SystemCapacity,
  asked: readonly SystemDemand[] = demands,
): SystemDemand[] {
  const kinds = demands.map((kind) => ({ kind, ...placed(kind, nodes) }));
  return asked.filter((pod) => {
    if (pod.millicpus > node.millicpus || pod.memoryMiB > node.memoryMiB) return true;
    const room = {
      millicpus: node.millicpus - pod.millicpus,
      memoryMiB: node.memoryMiB - pod.memoryMiB,
      pods: node.pods,
    };
    const before = kinds.filter(
      ({ kind }) => kind !== pod && (kind.priorityClassName !== undefined || !pod.priorityClassName),
    );
    const reachable = pod.zonal ? Math.max(1, Math.floor(nodes / zones)) : nodes;
    return hardestTurns(pod, nodes).some((others) => {
      const open = openNodes(pod, { others, nodes, reachable });
      return open < 1 || canClose([...before, besideOnOpen(pod, { others, nodes, open })], open, room);
    });
  });
}

/** How many of its replicas may be there before another: the most, and before each turn's place of a spread one. */
function hardestTurns({ spread, replicas }: SystemDemand, nodes: number): number[] {
  return upTo(spread ? Math.min(nodes, replicas) - 1 : 0).map((fewer) => replicas - 1 - fewer);
}

/** On how many nodes the next of its replicas may be placed, as far as its others decide. */
function openNodes(
  { spread, apart, zonal }: SystemDemand,
  given: { readonly others: number; readonly nodes: number; readonly reachable: number },
): number {
  const { others, nodes, reachable } = given;
  if (spread) return nodes - (others % nodes);
  if (!apart || others >= nodes) return apart ? 0 : reachable;
  return zonal ? reachable : nodes - others;
}

/** Pods of a kind that are on nodes, and how many of them one node may have. */
type Placed = Asked & { readonly perNode: number };

function placed(kind: SystemDemand, nodes: number): Placed {
  const { apart, spread, replicas } = kind;
  const perNode = apart ? 1 : spread ? Math.ceil(replicas / nodes) : replicas;
  return { replicas, perNode, millicpus: kind.millicpus, memoryMiB: kind.memoryMiB };
}

/** Its other replicas on the nodes that are open to the next one. */
function besideOnOpen(
  pod: SystemDemand,
  given: { readonly others: number; readonly nodes: number; readonly open: number },
): Placed {
  const { others, nodes, open } = given;
  const perNode = pod.apart ? 0 : pod.spread ? Math.floor(others / nodes) : others;
  return { ...pod, perNode, replicas: Math.min(others, perNode * open) };
}

/**
 * Whether pods can close all nodes to another: each by more CPU or more memory than leaves it room, or by as many pods
 * as a node takes. An upper bound, which also reports a few packings that would work.
 */
function canClose(
  pods: readonly Placed[],
  nodes: number,
  room: Pick<SystemCapacity, "millicpus" | "memoryMiB" | "pods">,
): boolean {
  const all = requested(pods);
  const byCpuSize = pods.toSorted((a, b) => a.millicpus - b.millicpus);
  const byMemorySize = pods.toSorted((a, b) => a.memoryMiB - b.memoryMiB);
  const frugal = pods.filter((pod) => pod.millicpus > 0).sort(byMemoryForCpu);
  // Once for each number of nodes, of which there are many divisions.
  const on = upTo(nodes).map((some) => ({
    pods: sumOn(pods, some, () => 1),
    millicpus: sumOn(pods, some, cpuOf),
    memoryMiB: sumOn(pods, some, memoryOf),
    memoryBeside: all.memoryMiB - leastMemory(frugal, some * room.millicpus),
  }));
  return on.some((counted, byCount) => {
    const count = byCount * room.pods;
    if (count > counted.pods) return false;
    // Those that fill nodes by their number are the smallest ones at best, and close no others.
    const millicpus = all.millicpus - least(byCpuSize, count, cpuOf);
    const memoryMiB = all.memoryMiB - least(byMemorySize, count, memoryOf);
    return on.slice(0, nodes - byCount + 1).some((busy, byCpu) => {
      if (byCpu > 0 && Math.min(millicpus, busy.millicpus) <= byCpu * room.millicpus) return false;
      const byMemory = nodes - byCount - byCpu;
      const left = Math.min(memoryMiB, on[byMemory]?.memoryMiB ?? 0, busy.memoryBeside);
      return byMemory === 0 || left > byMemory * room.memoryMiB;
    });
  });
}

/** 0, 1, 2 and so on. @param last the last of them */
function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, index) => index);
}

/** The least that so many pods request together. @param pods those with the smallest requests first */
function least(pods: readonly Placed[], count: number, of: (pod: Placed) => number): number {
  let missing = count;
  let sum = 0;
  for (const pod of pods) {
    const taken = Math.min(missing, pod.replicas);
    missing -= taken;
    sum += taken * of(pod);
  }
  return sum;
}

/** The most that pods on some of the nodes request together. */
function sumOn(pods: readonly Placed[], some: number, of: (pod: Placed) => number): number {
  return pods.reduce((total, pod) => total + Math.min(pod.replicas, some * pod.perNode) * of(pod), 0);
}

/**
 * The least memory of pods that take this CPU together, the last one in part.
 * @param pods those that request the least memory for their CPU first
 */
function leastMemory(pods: readonly Placed[], millicpus: number): number {
  let cpu = 0;
  let memory = 0;
  for (const pod of pods) {
    const pieces = Math.min(pod.replicas, (millicpus - cpu) / pod.millicpus);
    cpu += pieces * pod.millicpus;
    memory += pieces * pod.memoryMiB;
  }
  return memory;
}

function byMemoryForCpu(a: Placed, b: Placed): number {
  return a.memoryMiB / a.millicpus - b.memoryMiB / b.millicpus;
}

/** How many pods there are of all kinds. */
export function podCount(demands: readonly Pick<SystemDemand, "replicas">[]): number {
  return demands.reduce((total, { replicas }) => total + replicas, 0);
}

/** The requests of all pods together. */
export function requested(demands: readonly Asked[]): { millicpus: number; memoryMiB: number } {
  return { millicpus: sumOf(demands, cpuOf), memoryMiB: sumOf(demands, memoryOf) };
}

const cpuOf = ({ millicpus }: Asked) => millicpus;
const memoryOf = ({ memoryMiB }: Asked) => memoryMiB;

function sumOf<Kind extends Asked>(demands: readonly Kind[], of: (demand: Kind) => number): number {
  return demands.reduce((total, demand) => total + demand.replicas * of(demand), 0);
}
