import { coldStart } from "../capacity/cold-start.ts";
import { type HostMemory, hostMemory } from "../capacity/host-memory.ts";
import { type InstanceType, instanceType } from "../capacity/instances.ts";
import { gpusPerReplica } from "../capacity/parallelism.ts";
import type { GpuPoolSettings } from "../cluster/gpu-pool-settings.ts";
import type { Tracing } from "../monitoring/tracing.ts";
import type { Engine, EngineCommand } from "./engine.ts";
import { engines, weightsOnDisk } from "./engines.ts";
import type { NodeShare } from "./pod.ts";
import { type Release, shortReleaseId } from "./release.ts";
import { longestStream, slotTimeouts, type Timeouts } from "./timeouts.ts";
import type { Colour } from "./traffic.ts";
import { type StagedWeights, stagedFiles, weightsDiskGiB } from "./weights.ts";

/** The placement of a slot's replicas: instance types, resources and timeouts. */
export interface Placement {
  readonly pool: string;
  /** Instance types of the pool that it fits. */
  readonly types: readonly InstanceType[];
  /** Instances that one replica spans. */
  readonly nodes: 1 | 2;
  /** What it takes of each. */
  readonly share: NodeShare;
  readonly times: Timeouts;
  readonly engine: Engine;
  readonly command: EngineCommand;
  readonly weights: StagedWeights;
  /** From the container's start to its first healthy answer, with a margin. */
  readonly startupBudgetSeconds: number;
  /** Without a further replica ready for this long, a rollout has failed. */
  readonly progressDeadlineSeconds: number;
  /** The whole rollout, replica after replica. */
  readonly rolloutSeconds: number;
  /** Room for compiled kernels, and for the weights where the engine downloads or registers them itself. */
  readonly cacheGiB: number;
}

export interface PlaceArgs {
  readonly release: Release;
  readonly poolName: string;
  readonly pool: GpuPoolSettings;
  readonly replicas: { readonly max: number };
  readonly region: string;
  /** The bucket that weights are read from. */
  readonly bucket: string;
  /** Which of the keys that clients send it takes. @default 1 */
  readonly keyGeneration?: number | undefined;
  /** The slot's, which its engines' answers name. @default they name none */
  readonly colour?: Colour | undefined;
  /** Where engines send spans, and in which environment they are. @default nowhere */
  readonly tracing?: { readonly collector: Tracing; readonly environment: string } | undefined;
}

/** The resources of the node's own pods: network, disks, identity, device plugin and exporters. */
const nodePods = { memoryMiB: 1024, millicpus: 500 };
/** A start that takes twice the estimate is slow; later it is broken. */
const margin = 2;
/** No start-up is cut before this time: image registries and S3 have bad days. */
const shortestBudgetSeconds = 600;
const cacheGiB = 10;

/**
 * Fits a release to its pool.
 * @throws RangeError when no instance type of the pool has the GPUs; the configuration's check names it before
 */
export function place(args: PlaceArgs): Placement {
  const { release, poolName, pool, replicas, region, bucket, keyGeneration, colour, tracing } = args;
  const all = pool.instanceTypes.flatMap((name) => instanceType(name) ?? []);
  const { nodes, types: withGpus } = suitableTypes(release.limits, all);
  const types = withGpus.filter((type) => memoryProblem(release, type) === undefined);
  if (types.length === 0) {
    throw new RangeError(
      `no instance type of pool ${poolName} has the ${gpusPerReplica(release.limits)} GPUs of a replica and enough host memory: ${pool.instanceTypes.join(", ")}`,
    );
  }
  const engine = engines[release.engine.kind];
  const times = slotTimeouts({
    longestStreamSeconds: longestStream(release),
    longestDrainSeconds: engine.longestDrainSeconds,
    spot: pool.capacity.includes("spot"),
  });

  // Weights that go by way of the disk are written and read once more.
  const diskGiB = weightsDiskGiB(release);
  const starts = types.map((type) => coldStart(release.model.weightsGiB + diskGiB, type));
  const slowest = (part: "nodeSeconds" | "engineSeconds") => Math.max(...starts.map((start) => start[part]));
  const startupBudgetSeconds = Math.max(shortestBudgetSeconds, margin * slowest("engineSeconds"));
  const nodeBudgetSeconds = Math.max(shortestBudgetSeconds, margin * slowest("nodeSeconds"));
  const progressDeadlineSeconds = startupBudgetSeconds + nodeBudgetSeconds + times.preStopSeconds;
  const expectedSeconds = slowest("nodeSeconds") + slowest("engineSeconds") + times.graceSeconds;
  return {
    pool: poolName,
    types,
    nodes,
    share: smallestShare(types, gpusPerReplica(release.limits) / nodes),
    times,
    engine,
    command: engine.command({
      ...{ release, times, region, bucket, keyGeneration },
      fingerprint: colour && slotFingerprint(colour, release),
      tracing: tracing && {
        collector: tracing.collector,
        sender: { service: `${release.servedName}-${colour}`, environment: tracing.environment },
      },
    }),
    weights: stagedFiles(release, bucket, region),
    startupBudgetSeconds,
    progressDeadlineSeconds,
    rolloutSeconds: progressDeadlineSeconds + replicas.max * expectedSeconds,
    cacheGiB: cacheGiB + diskGiB,
  };
}

/** The slot and release of an answer: `blue-` and the 12 digits of the pods' label `gantry.dev/release`. */
export function slotFingerprint(colour: Colour, release: Release): string {
  return `${colour}-${shortReleaseId(release)}`;
}

/**
 * The types of a pool that a replica can run on: one instance has all its GPUs, or two whole ones have together.
 * @returns no types where neither is so
 */
export function suitableTypes(
  limits: Release["limits"],
  types: readonly InstanceType[],
): { readonly nodes: 1 | 2; readonly types: readonly InstanceType[] } {
  const needed = gpusPerReplica(limits);
  const alone = types.filter(({ gpu }) => (gpu?.count ?? 0) >= needed);
  if (alone.length > 0) return { nodes: 1, types: alone };
  const { tensorParallel } = limits;
  const inPairs = types.filter(({ gpu }) => 2 * (gpu?.count ?? 0) === needed && needed / 2 >= tensorParallel);
  return { nodes: inPairs.length > 0 ? 2 : 1, types: inPairs };
}

/** Images, logs and what the node itself keeps, of which the engine's image is the largest: 25 GiB unpacked. */
const systemGiB = 60;

/** GiB that the files of an instance's replicas take of its disk, with what the node itself keeps. */
export function diskNeed(
  release: Release,
  type: InstanceType,
): { readonly sum: number; readonly limit: number } {
  const { replicas, each } = filesOnDisk(release, type);
  return { sum: replicas * each + systemGiB, limit: Math.floor((type.nvmeGB * 1e9) / 2 ** 30) };
}

function filesOnDisk(release: Release, type: InstanceType) {
  const replicas = Math.max(1, Math.floor((type.gpu?.count ?? 0) / gpusPerReplica(release.limits)));
  return { replicas, each: cacheGiB + 2 * weightsDiskGiB(release) };
}

/** Why the replicas of an instance have no room for their files on its disk, or `undefined`. */
export function diskProblem(release: Release, type: InstanceType): string | undefined {
  const { sum, limit } = diskNeed(release, type);
  if (sum <= limit) return undefined;
  const { replicas, each } = filesOnDisk(release, type);
  return (
    `${replicas} × ${each} GiB for ${release.model.weightsGiB} GiB of weights and a cache, with ${systemGiB} GiB for images and logs, ` +
    `are more than the ${limit} GiB on the disk of ${type.name}; take a larger type, or an engine that streams its weights`
  );
}

/** The memory that a replica uses on an instance while it starts. */
export function memoryNeed(release: Release, type: InstanceType): HostMemory {
  const { engine, model, limits } = release;
  const gpus = Math.max(1, Math.min(gpusPerReplica(limits), type.gpu?.count ?? 0));
  return hostMemory({ model, engine, gpus, streamed: !weightsOnDisk(release) });
}

/**
 * Why a replica has too little of an instance's memory, or `undefined`. Its pod's request is how much it needs, so
 * it never lands on such a type.
 */
export function memoryProblem(release: Release, type: InstanceType): string | undefined {
  const gpus = Math.min(gpusPerReplica(release.limits), type.gpu?.count ?? 0);
  if (gpus === 0) return undefined;
  const { gib, sum } = memoryNeed(release, type);
  const roomGiB = shareOf(type, gpus).memoryMiB / 1024;
  if (gib <= roomGiB) return undefined;
  return (
    `a replica needs ${gib.toFixed(1)} GiB of memory (${sum}), and ${type.name} has ${roomGiB.toFixed(1)} GiB for it; ` +
    "take a larger instance type"
  );
}

/** The resources of one replica on any of these types: an even share of the smallest. */
function smallestShare(types: readonly InstanceType[], gpusNeeded: number): NodeShare {
  const shares = types.map((type) => shareOf(type, gpusNeeded));
  return {
    gpus: gpusNeeded,
    efaInterfaces: Math.min(...types.map(({ efaInterfaces }) => efaInterfaces)),
    memoryMiB: Math.min(...shares.map(({ memoryMiB }) => memoryMiB)),
    cpus: Math.min(...shares.map(({ cpus }) => cpus)),
  };
}

/** An even share of one instance, as many replicas as its GPUs allow. */
function shareOf(type: InstanceType, gpusNeeded: number): Pick<NodeShare, "memoryMiB" | "cpus"> {
  const replicasPerNode = Math.floor((type.gpu?.count ?? 0) / gpusNeeded);
  return {
    memoryMiB: Math.floor((type.allocatableMiB - nodePods.memoryMiB) / replicasPerNode),
    cpus: Math.max(1, Math.floor((type.allocatableMillicpus - nodePods.millicpus) / 1000 / replicasPerNode)),
  };
}
