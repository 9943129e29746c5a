import { replicaUsdPerHour, type TokenCost, tokenCost } from "../../../components/capacity/cost.ts";
import { gpus } from "../../../components/capacity/gpus.ts";
import { instanceType } from "../../../components/capacity/instances.ts";
import { type MemoryFit, memoryFit } from "../../../components/capacity/memory.ts";
import { gpusPerReplica } from "../../../components/capacity/parallelism.ts";
import { type Load, type Throughput, throughput } from "../../../components/capacity/throughput.ts";
import { accountedAs } from "../../../components/serving/engines.ts";
import { releaseId } from "../../../components/serving/release.ts";
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
      const usdPerHour = cheapestReplica(
        config.pools[slot.pool]?.instanceTypes ?? [],
        gpusPerReplica(limits),
      );
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
          ...(usdPerHour !== undefined && { cost: tokenCost(usdPerHour, speed) }),
        },
      ];
    }),
  );
}

/** US dollars an hour of one replica on the cheapest instance type that holds it. */
function cheapestReplica(instanceTypes: readonly string[], gpusNeeded: number): number | undefined {
  const prices = instanceTypes.flatMap((name) => {
    const type = instanceType(name);
    return (type && replicaUsdPerHour(type, gpusNeeded)) ?? [];
  });
  return prices.length === 0 ? undefined : Math.min(...prices);
}
