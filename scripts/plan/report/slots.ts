import { gpus } from "../../../components/capacity/gpus.ts";
import { instanceType } from "../../../components/capacity/instances.ts";
import { type MemoryFit, memoryFit } from "../../../components/capacity/memory.ts";
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
}

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
      const { model: shape, limits, engine } = release;
      return [
        {
          model,
          colour,
          live: live === colour,
          release: slot.release,
          releaseId: releaseId(release),
          pool: slot.pool,
          gpu: gpus[gpu.name].product,
          gpusPerReplica: limits.tensorParallel * (limits.pipelineParallel ?? 1),
          replicas: slot.replicas,
          trafficPercent: live === colour ? 100 - canaryPercent : canaryPercent,
          contextLength: limits.contextLength,
          fit: memoryFit({ model: shape, limits, engine, gpu: gpus[gpu.name] }),
        },
      ];
    }),
  );
}
