import type { core } from "@pulumi/kubernetes/types/input.js";
import type { Release } from "./release.ts";
import type { Times } from "./times.ts";

/** How one engine is started: its arguments, its environment, and where it says that it is well. */
export interface EngineCommand {
  readonly args: readonly string[];
  readonly env: readonly core.v1.EnvVar[];
  readonly healthPath: string;
}

export interface EngineArgs {
  readonly release: Release;
  readonly times: Times;
  readonly region: string;
  /** The bucket that the staged weights are read from. */
  readonly bucket: string;
  /** Attention kernels to name, where the engine's own choice can't run on the GPU. */
  readonly attentionBackend?: string | undefined;
}

/** The one port that an engine listens on. */
export const enginePort = 8000;
/** The Kubernetes Secret with the key that clients of an engine send, and its entry. */
export const engineKey = { secret: "engine-api-key", entry: "key" };
