import { coldStart } from "../capacity/cold-start.ts";
import { gpus } from "../capacity/gpus.ts";
import type { InstanceType } from "../capacity/instances.ts";
import { memoryFit } from "../capacity/memory.ts";
import { accountedAs } from "./engines.ts";
import { diskNeed, memoryNeed, type Placement } from "./placement.ts";
import type { Release } from "./release.ts";
import { weightsDiskGiB } from "./weights.ts";

/** A resource or time that a cold start needs, and its limit. */
export interface StartLimit {
  readonly what: string;
  readonly unit: "GiB" | "s";
  /** What the start is expected to take. */
  readonly sum: number;
  readonly limit: number;
  /** The terms of the sum, where there are several. */
  readonly terms?: string;
}

/** A replica's first start on a new instance of this type, on paper: each sum and its limit. */
export function startLimits(release: Release, type: InstanceType, placed: Placement): StartLimit[] {
  const { nodeSeconds, engineSeconds } = coldStart(release.model.weightsGiB + weightsDiskGiB(release), type);
  const host = memoryNeed(release, type);
  const disk = diskNeed(release, type);
  const gpu = type.gpu && gpus[type.gpu.name];
  const fit = gpu && memoryFit({ ...release, engine: accountedAs(release), gpu });
  return [
    ...(fit
      ? [
          {
            what: "GPU memory, with one request of full length",
            unit: "GiB" as const,
            sum: fit.requestedGiB - fit.kvGiB + fit.kvGiB / Math.max(fit.concurrentSequences, 1e-9),
            limit: fit.requestedGiB,
          },
        ]
      : []),
    {
      what: "memory of the pod",
      unit: "GiB",
      sum: host.gib,
      terms: host.sum,
      limit: placed.share.memoryMiB / 1024,
    },
    { what: "disk: images, logs, caches, weights", unit: "GiB", ...disk },
    {
      what: "start-up probe: process, weights, kernels",
      unit: "s",
      sum: engineSeconds,
      limit: placed.startupBudgetSeconds,
    },
    {
      what: "progress deadline: node, image, start",
      unit: "s",
      sum: nodeSeconds + engineSeconds,
      limit: placed.progressDeadlineSeconds,
    },
    {
      what: "rollout: and the old replica's streams",
      unit: "s",
      sum: nodeSeconds + engineSeconds + placed.times.graceSeconds,
      limit: placed.rolloutSeconds,
    },
  ];
}
