import { type BreakEven, breakEven } from "../../../components/capacity/break-even.ts";
import {
  type CapacityType,
  hoursPerMonth,
  replicaUsdPerHour,
  type TokenCost,
  tokenCost,
} from "../../../components/capacity/cost.ts";
import { gpus } from "../../../components/capacity/gpus.ts";
import { instanceType } from "../../../components/capacity/instances.ts";
import { memoryFit } from "../../../components/capacity/memory.ts";
import type { MemoryFit } from "../../../components/capacity/memory-fit.ts";
import { gpusPerReplica } from "../../../components/capacity/parallelism.ts";
import { type Load, type Throughput, throughput } from "../../../components/capacity/throughput.ts";
import { accountedAs } from "../../../components/serving/engines.ts";
import { suitableTypes } from "../../../components/serving/placement.ts";
import { type Release, releaseId } from "../../../components/serving/release.ts";
import { type Colour, colours } from "../../../components/serving/traffic.ts";
import type { Config } from "../../../stacks/config.ts";

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
  /** Against the hosted model of the first route that names the model, where its price is known. */
  readonly breakEven?: BreakEven & { readonly hosted: string };
}

/** What the replicas of a slot cost: their share of the instances that they run on, in US dollars. */
export interface SlotPrice {
  /** Where the instances come from, and what that makes of the price. */
  readonly capacity: string;
  readonly usdPerHour: { readonly min: number; readonly max: number };
  readonly usdPerMonth: { readonly min: number; readonly max: number };
}

/** The requests that speed and price are shown for, where they fit the context. */
const usualRequest = { promptTokens: 1000, answerTokens: 250 };

/** Every slot of an environment, in the order of its configuration, blue before green. */
export function slotReports(config: Config): SlotReport[] {
  return Object.entries(config.models).flatMap(([model, settings]) =>
    colours.flatMap((colour) => {
      const slot = settings[colour];
      const release = config.releases[slot?.release ?? ""];
      const gpu = config.pools[slot?.pool ?? ""]?.instanceTypes.flatMap(
        (type) => instanceType(type)?.gpu ?? [],
      )[0];
      if (slot === undefined || release === undefined || gpu === undefined) return [];
      const { live, canaryPercent } = settings.traffic;
      const { model: shape, limits } = release;
      const memory = { model: shape, limits, engine: accountedAs(release), gpu: gpus[gpu.name] };
      const fit = memoryFit(memory);
      const load = { concurrency: limits.concurrentSequences, ...usualRequest };
      const speed = throughput(memory, load, fit.freeKvTokens);
      const pool = config.pools[slot.pool];
      const usdPerHour = cheapestReplica(pool?.instanceTypes ?? [], limits);
      const hosted = hostedPrice(config, model);
      return [
        {
          model,
          colour,
          live: live === colour,
          release: slot.release,
          releaseId: releaseId(release),
          pool: slot.pool,
          gpu: gpus[gpu.name].product,
          gpusPerReplica: gpusPerReplica(limits),
          replicas: slot.replicas,
          trafficPercent: live === colour ? 100 - canaryPercent : canaryPercent,
          contextLength: limits.contextLength,
          fit,
          load,
          throughput: speed,
          ...(usdPerHour !== undefined && {
            cost: tokenCost(usdPerHour, speed),
            price: slotPrice(usdPerHour, slot.replicas, pool?.capacity ?? []),
          }),
          ...(usdPerHour !== undefined &&
            hosted !== undefined && {
              breakEven: {
                hosted: hosted.name,
                // Replicas add up on both sides, so one stands for all.
                ...breakEven({
                  usdPerHour,
                  requestsPerSecond: speed.requestsPerSecond,
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

/** US dollars an hour of one replica on the cheapest instance type that holds it. */
function cheapestReplica(instanceTypes: readonly string[], limits: Release["limits"]): number | undefined {
  const all = instanceTypes.flatMap((name) => instanceType(name) ?? []);
  const { nodes, types } = suitableTypes(limits, all);
  const each = gpusPerReplica(limits) / nodes;
  const prices = types.flatMap((type) => replicaUsdPerHour(type, each) ?? []);
  return prices.length === 0 ? undefined : nodes * Math.min(...prices);
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
    const price = hosted[route.hosted]?.usdPerMillion;
    if (route.selfHosted === model && price !== undefined)
      return {
        name: route.hosted,
        price: { usdPerMillionInput: price.input, usdPerMillionOutput: price.output },
      };
  }
  return undefined;
}
