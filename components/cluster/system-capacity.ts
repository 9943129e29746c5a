import type { SystemPods } from "./system-pods.ts";

/** What pods of a kind ask for, and where they may run. */
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
    if (pod.millicpus > node.millicpus || pod.memoryMiB > node.memoryMiB) return true;
    const room = {
      millicpus: node.millicpus - pod.millicpus,
      memoryMiB: node.memoryMiB - pod.memoryMiB,
      pods: node.pods,
    };
    const before = demands
      .filter((other) => other !== pod && (other.priorityClassName !== undefined || !pod.priorityClassName))
      .map((other) => placed(other, nodes));
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
  return { ...kind, perNode: apart ? 1 : spread ? Math.ceil(replicas / nodes) : replicas };
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
  const on = (some: number) =>
    pods.map((pod) => ({ ...pod, replicas: Math.min(pod.replicas, some * pod.perNode) }));
  return upTo(nodes).some((byCount) => {
    const counted = byCount * room.pods;
    if (counted > podCount(on(byCount))) return false;
    // Those that fill nodes by their number are the smallest ones at best, and close no others.
    const left = (some: number, of: (pod: Placed) => number) =>
      Math.min(sumOf(pods, of) - least(pods, counted, of), sumOf(on(some), of));
    return upTo(nodes - byCount).some((byCpu) => {
      if (byCpu > 0 && left(byCpu, (pod) => pod.millicpus) <= byCpu * room.millicpus) return false;
      const byMemory = nodes - byCount - byCpu;
      const memoryMiB = Math.min(
        left(byMemory, (pod) => pod.memoryMiB),
        memoryBeside(pods, byCpu * room.millicpus),
      );
      return byMemory === 0 || memoryMiB > byMemory * room.memoryMiB;
    });
  });
}

/** 0, 1, 2 and so on. @param last the last of them */
function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, index) => index);
}

/** The least that so many pods ask for together. */
function least(pods: readonly Placed[], count: number, of: (pod: Placed) => number): number {
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
function memoryBeside(pods: readonly Placed[], millicpus: number): number {
  let cpu = 0;
  let memory = 0;
  for (const pod of pods.filter((one) => one.millicpus > 0).sort(byMemoryForCpu)) {
    const pieces = Math.min(pod.replicas, (millicpus - cpu) / pod.millicpus);
    cpu += pieces * pod.millicpus;
    memory += pieces * pod.memoryMiB;
  }
  return requested(pods).memoryMiB - memory;
}

function byMemoryForCpu(a: Placed, b: Placed): number {
  return a.memoryMiB / a.millicpus - b.memoryMiB / b.millicpus;
}

/** How many pods there are of all kinds. */
export function podCount(demands: readonly Pick<SystemDemand, "replicas">[]): number {
  return demands.reduce((total, { replicas }) => total + replicas, 0);
}

/** What all pods ask for together. */
export function requested(demands: readonly Asked[]): { millicpus: number; memoryMiB: number } {
  return {
    millicpus: sumOf(demands, ({ millicpus }) => millicpus),
    memoryMiB: sumOf(demands, ({ memoryMiB }) => memoryMiB),
  };
}

function sumOf<Kind extends Asked>(demands: readonly Kind[], of: (demand: Kind) => number): number {
  return demands.reduce((total, demand) => total + demand.replicas * of(demand), 0);
}
