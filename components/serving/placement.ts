import { coldStart } from "../capacity/cold-start.ts";
import { gpus } from "../capacity/gpus.ts";
import { type InstanceType, instanceType } from "../capacity/instances.ts";
import { kvBackends } from "../capacity/kv-dtype.ts";
import { gpusPerReplica } from "../capacity/parallelism.ts";
import type { GpuPoolSettings } from "../cluster/node-pool.ts";
import type { EngineCommand } from "./engine.ts";
import type { NodeShare } from "./pod.ts";
import type { Release } from "./release.ts";
import { longestStream, slotTimes, type Times } from "./times.ts";
import { vllmCommand } from "./vllm.ts";

/** Where the replicas of a slot run, how they are started there, and how long that may take. */
export interface Placement {
  readonly pool: string;
  readonly share: NodeShare;
  readonly times: Times;
  readonly command: EngineCommand;
  /** From the container's start to its first healthy answer, with a margin. */
  readonly startupBudgetSeconds: number;
  /** Without a further replica ready for this long, a rollout has failed. */
  readonly progressDeadlineSeconds: number;
  /** The whole rollout, replica after replica. */
  readonly rolloutSeconds: number;
  /** Room for compiled kernels. */
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
  /** After this time without a byte the load balancer closes a connection. */
  readonly idleSeconds: number;
}

/** What the node's own pods take: network, disks, identity, device plugin and exporters. */
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
  const { release, poolName, pool, replicas, region, bucket, idleSeconds } = args;
  const needed = gpusPerReplica(release.limits);
  const types = pool.instanceTypes
    .flatMap((name) => instanceType(name) ?? [])
    .filter((type) => (type.gpu?.count ?? 0) >= needed);
  const [first] = types;
  if (first?.gpu === undefined) {
    throw new RangeError(
      `no instance type of pool ${poolName} has ${needed} GPUs: ${pool.instanceTypes.join(", ")}`,
    );
  }
  const times = slotTimes({
    longestStreamSeconds: longestStream(release),
    spot: pool.capacity.includes("spot"),
    idleSeconds,
  });
  const backends = kvBackends(release.limits.kvCacheDtype, gpus[first.gpu.name]);
  // Named only where the engine's first choice isn't among those that can run.
  const attentionBackend = backends.includes("FLASH_ATTN") ? undefined : backends[0];

  const starts = types.map((type) => coldStart(release.model.weightsGiB, type));
  const slowest = (part: "nodeSeconds" | "engineSeconds") => Math.max(...starts.map((start) => start[part]));
  const startupBudgetSeconds = Math.max(shortestBudgetSeconds, margin * slowest("engineSeconds"));
  const nodeBudgetSeconds = Math.max(shortestBudgetSeconds, margin * slowest("nodeSeconds"));
  const progressDeadlineSeconds = startupBudgetSeconds + nodeBudgetSeconds + times.preStopSeconds;
  const expectedSeconds = slowest("nodeSeconds") + slowest("engineSeconds") + times.graceSeconds;
  return {
    pool: poolName,
    share: smallestShare(types, needed),
    times,
    command: vllmCommand({ release, times, region, bucket, attentionBackend }),
    startupBudgetSeconds,
    progressDeadlineSeconds,
    rolloutSeconds: progressDeadlineSeconds + replicas.max * expectedSeconds,
    cacheGiB,
  };
}

/** What one replica may take on any of these types: an even share of the smallest. */
function smallestShare(types: readonly InstanceType[], gpusNeeded: number): NodeShare {
  const shares = types.map((type) => {
    const replicasPerNode = Math.floor((type.gpu?.count ?? 0) / gpusNeeded);
    return {
      memoryMiB: Math.floor((type.allocatableMiB - nodePods.memoryMiB) / replicasPerNode),
      cpus: Math.max(
        1,
        Math.floor((type.allocatableMillicpus - nodePods.millicpus) / 1000 / replicasPerNode),
      ),
    };
  });
  return {
    gpus: gpusNeeded,
    memoryMiB: Math.min(...shares.map(({ memoryMiB }) => memoryMiB)),
    cpus: Math.min(...shares.map(({ cpus }) => cpus)),
  };
}
