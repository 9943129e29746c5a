import { gpus } from "../../components/capacity/gpus.ts";
import { instanceType } from "../../components/capacity/instances.ts";
import { memoryFit } from "../../components/capacity/memory.ts";
import type { GpuPoolSettings } from "../../components/cluster/gpu-pool-settings.ts";
import { accountedAs } from "../../components/serving/engines.ts";
import type { Release } from "../../components/serving/release.ts";
import { fitProblems } from "../../stacks/fit-consistency.ts";

/** Whether a release runs in one of the project's pools. */
export interface PoolFit {
  readonly environment: string;
  readonly pool: string;
  /** GPUs of a replica and their product. */
  readonly gpus: string;
  /** Why not; empty where it fits. */
  readonly problems: readonly string[];
  /** GiB of one GPU, and tokens that the KV cache holds; undefined where the memory isn't known. */
  readonly memory:
    | { readonly weightsGiB: number; readonly kvGiB: number; readonly tokens: number; readonly band: number }
    | undefined;
}

/** GPU pools by environment and name. */
export type Pools = Readonly<Record<string, Readonly<Record<string, GpuPoolSettings>>>>;

/** A release in every pool of every environment, by the checks that the configuration has to pass. */
export function poolFits(release: Release, pools: Pools): PoolFit[] {
  return Object.entries(pools).flatMap(([environment, own]) =>
    Object.entries(own).flatMap(([pool, settings]): PoolFit[] => {
      const kind = instanceType(settings.instanceTypes[0] ?? "")?.gpu?.name;
      if (kind === undefined) return [];
      const gpu = gpus[kind];
      const fit = memoryFit({
        model: release.model,
        limits: release.limits,
        engine: accountedAs(release),
        gpu,
      });
      const memory = {
        weightsGiB: fit.weightsGiB,
        kvGiB: fit.kvGiB,
        tokens: fit.freeKvTokens,
        band: fit.bandPercent,
      };
      return [
        {
          environment,
          pool,
          gpus: `${release.limits.tensorParallel} × ${gpu.product}`,
          problems: fitProblems(release, settings, { min: 1, max: 1 }),
          memory: fit.freeKvTokens > 0 ? memory : undefined,
        },
      ];
    }),
  );
}

const tensorSizes = [1, 2, 4, 8];

/** The release with the fewest GPUs that any pool takes it with; as it is where none does. */
export function smallestSplit(release: Release, pools: Pools): Release {
  const split = (tensorParallel: number) => ({
    ...release,
    limits: { ...release.limits, tensorParallel },
  });
  const size = tensorSizes.find((each) =>
    poolFits(split(each), pools).some(({ problems }) => problems.length === 0),
  );
  return size === undefined ? release : split(size);
}
