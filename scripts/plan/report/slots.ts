import { type BreakEven, breakEven } from "../../../components/capacity/break-even.ts";
import { type CapacityType, hoursPerMonth, type TokenCost } from "../../../components/capacity/cost.ts";
import type { MemoryFit } from "../../../components/capacity/memory-fit.ts";
import { gpusPerReplica } from "../../../components/capacity/parallelism.ts";
import type { Load, Throughput } from "../../../components/capacity/throughput.ts";
import { place } from "../../../components/serving/placement.ts";
import { type Release, releaseId } from "../../../components/serving/release.ts";
import { replicaEstimate } from "../../../components/serving/replica-estimate.ts";
import { type StartLimit, startLimits } from "../../../components/serving/start-limits.ts";
import type { Colour } from "../../../components/serving/traffic.ts";
import { own } from "../../../components/shared/own.ts";
import type { Config } from "../../../stacks/config.ts";
import { slotsOf } from "../../../stacks/slots.ts";

/** One slot of a model as it will run. */
export interface SlotReport {
  readonly model: string;
  readonly colour: Colour;
  readonly live: boolean;
  readonly release: string;
  /** SHA-256, 64 hex digits. */
  readonly releaseId: string;
  readonly pool: string;
  readonly gpu: string;
  /** What CUDA sees of it. */
  readonly gpuMemoryGiB: number;
  readonly gpusPerReplica: number;
  readonly replicas: { readonly min: number; readonly max: number };
  /** Share of the callers, in percent. */
  readonly trafficPercent: number;
  readonly contextLength: number;
  readonly fit: MemoryFit;
  /** One replica under a load of as many requests as it computes at once. */
  readonly load: Load;
  readonly throughput: Throughput;
  /** Absent where the price table has no price for the pool's instances. */
  readonly cost?: TokenCost;
  readonly price?: SlotPrice;
  /** A first start on a new node of the pool. */
  readonly coldStart: ColdStartReport;
  /** Against the hosted model of the first route that names the model, where its price is known. */
  readonly breakEven?: BreakEven & { readonly hosted: string };
}

/** What the replicas of a slot cost: their share of the instances that they run on, in US dollars. */
interface SlotPrice {
  /** Where the instances come from, and what that makes of the price. */
  readonly capacity: string;
  readonly usdPerHour: { readonly min: number; readonly max: number };
  readonly usdPerMonth: { readonly min: number; readonly max: number };
}

/** What a cold start takes, and its limits, on the instance type that leaves it the least room. */
interface ColdStartReport {
  readonly instance: string;
  readonly limits: readonly StartLimit[];
}

/** Every slot of an environment, in the order of its configuration, blue before green. */
export function slotReports(config: Config): SlotReport[] {
  return Object.entries(config.models).flatMap(([model, settings]) =>
    slotsOf(settings).flatMap(({ colour, slot }) => {
      const release = config.releases[slot.release];
      const pool = config.pools[slot.pool];
      const estimate = release && pool && replicaEstimate(release, pool.instanceTypes);
      if (release === undefined || estimate === undefined) return [];
      const { live, canaryPercent } = settings.traffic;
      const { limits } = release;
      const { fit, load, throughput, usdPerHour, cost } = estimate;
      const hosted = hostedPrice(config, model);
      return [
        {
          model,
          colour,
          live: live === colour,
          release: slot.release,
          releaseId: releaseId(release),
          pool: slot.pool,
          gpu: estimate.gpu.product,
          gpuMemoryGiB: estimate.gpu.visibleGiB,
          gpusPerReplica: gpusPerReplica(limits),
          replicas: slot.replicas,
          trafficPercent: live === colour ? 100 - canaryPercent : canaryPercent,
          contextLength: limits.contextLength,
          fit,
          load,
          throughput,
          coldStart: coldStartOn(config, release, slot),
          ...(cost !== undefined && { cost }),
          ...(usdPerHour !== undefined && {
            price: slotPrice(usdPerHour, slot.replicas, pool?.capacity ?? []),
          }),
          ...(usdPerHour !== undefined &&
            hosted !== undefined && {
              breakEven: {
                hosted: hosted.name,
                // Replicas add up on both sides, so one represents all.
                ...breakEven({
                  usdPerHour,
                  requestsPerSecond: throughput.requestsPerSecond,
                  load,
                  hosted: hosted.price,
                }),
              },
            }),
        },
      ];
    }),
  );
}

function coldStartOn(
  { account, modelStore, pools }: Config,
  release: Release,
  { pool: poolName, replicas }: { readonly pool: string; readonly replicas: { readonly max: number } },
): ColdStartReport {
  const pool = own(pools, poolName);
  if (pool === undefined) throw new RangeError(`no pool ${poolName}`);
  const { region } = account;
  const placement = place({ release, poolName, pool, replicas, region, bucket: modelStore.bucket });
  const starts = placement.types.map((type) => ({
    instance: type.name,
    limits: startLimits(release, type, placement),
  }));
  const room = ({ limits }: ColdStartReport) => Math.min(...limits.map(({ sum, limit }) => limit / sum));
  const [tightest] = starts.sort((a, b) => room(a) - room(b));
  if (tightest === undefined) throw new RangeError(`no instance type of pool ${poolName}`);
  return tightest;
}

function slotPrice(
  usdPerHour: number,
  replicas: { readonly min: number; readonly max: number },
  capacity: readonly CapacityType[],
): SlotPrice {
  const times = (factor: number) => ({
    min: replicas.min * usdPerHour * factor,
    max: replicas.max * usdPerHour * factor,
  });
  const notes = [
    ...(capacity.includes("spot") ? ["at most"] : []),
    ...(capacity.includes("reserved") ? ["reservations also when unused"] : []),
  ];
  return {
    capacity: [capacity.join(" or "), ...notes].join(", "),
    usdPerHour: times(1),
    usdPerMonth: times(hoursPerMonth),
  };
}

/** The hosted model that answers the same requests, with its price. */
function hostedPrice({ routes, hosted }: Config, model: string) {
  for (const route of Object.values(routes)) {
    const price = own(hosted, route.hosted ?? "")?.usdPerMillion;
    if (route.hosted !== undefined && route.selfHosted === model && price !== undefined)
      return {
        name: route.hosted,
        price: { usdPerMillionInput: price.input, usdPerMillionOutput: price.output },
      };
  }
  return undefined;
}
