import { instanceType } from "../components/capacity/instances.ts";
import { type GpuDemand, limitHolds, nextLimit } from "../components/capacity/node-count.ts";
import { gpusPerReplica } from "../components/capacity/parallelism.ts";
import type { GpuPoolSettings } from "../components/cluster/gpu-pool-settings.ts";
import { suitableTypes } from "../components/serving/placement.ts";
import type { Release } from "../components/serving/release.ts";
import { own } from "../components/shared/own.ts";
import type { Problem } from "../components/shared/problems.ts";
import type { Settings } from "./schema.ts";
import { slotsOf } from "./slots.ts";

/** A new pod runs alongside the old ones during a Deployment's rolling update. */
const surge = 1;

interface SlotDemand extends GpuDemand {
  readonly slot: string;
}

/** All replicas at their maximum, with one more of each slot while it is rolled, find whole instances within the limit. */
export function gpuLimitProblems(settings: Settings, releases: Readonly<Record<string, Release>>): Problem[] {
  return Object.entries(settings.pools).flatMap(([name, pool]) => {
    const types = pool.instanceTypes.flatMap((type) => instanceType(type)?.gpu?.count ?? []);
    const slots = slotDemands(name, pool, settings, releases);
    const path = `pools.${name}.maxGpus`;
    const startable = types.filter((type) => type <= pool.maxGpus);
    if (types.length > 0 && startable.length === 0) {
      const next = nextLimit(pool.maxGpus, types, bySize(slots)) ?? Math.min(...types);
      const message = `no instance of the pool is that small (${pool.instanceTypes.join(", ")}), so none would start; the next limit that works is ${Math.max(next, Math.min(...types))}`;
      return [{ path, value: pool.maxGpus, message }];
    }
    // A replica that no type has the GPUs for is reported at its slot.
    const next = nextLimit(pool.maxGpus, types, bySize(slots));
    if (next === undefined || limitHolds(pool.maxGpus, types, bySize(slots))) return [];
    const total = slots.reduce((sum, { pods, gpus }) => sum + pods * gpus, 0);
    const terms = slots.map(({ slot, pods, gpus }) => `${slot} ${pods} × ${gpus}`).join(", ");
    const message = `${total} GPUs are needed at maximum (with ${surge} more of each slot while it is rolled): ${terms}; in whole instances of ${[...new Set(types)].join(" or ")} the next limit that works is ${next}; raise it or lower replicas.max`;
    return [{ path, value: pool.maxGpus, message }];
  });
}

function slotDemands(
  poolName: string,
  pool: GpuPoolSettings,
  { models }: Settings,
  releases: Readonly<Record<string, Release>>,
): SlotDemand[] {
  const types = pool.instanceTypes.flatMap((name) => instanceType(name) ?? []);
  return Object.entries(models).flatMap(([model, slots]) =>
    slotsOf(slots).flatMap(({ colour, slot }) => {
      const release = own(releases, slot.release);
      if (slot.pool !== poolName || release === undefined) return [];
      const { nodes, types: suitable } = suitableTypes(release.limits, types);
      if (suitable.length === 0) return [];
      // Two nodes are replaced where they are: a further pair may not exist.
      const pods = nodes === 1 ? slot.replicas.max + surge : nodes * slot.replicas.max;
      return [{ slot: `${model}.${colour}`, gpus: gpusPerReplica(release.limits) / nodes, pods }];
    }),
  );
}

/** Pods of one size share nodes, whichever slot they are of. */
function bySize(slots: readonly SlotDemand[]): GpuDemand[] {
  return [...Map.groupBy(slots, ({ gpus }) => gpus)].map(([gpus, same]) => ({
    gpus,
    pods: same.reduce((sum, { pods }) => sum + pods, 0),
  }));
}
