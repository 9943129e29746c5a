import type { Gpu } from "./gpus.ts";
import type { ModelShape } from "./model-shape.ts";

/** How a release is served, as far as memory goes. A release's `limits` have this shape. */
export interface ServingLimits {
  /** Tokens of prompt and answer together. */
  readonly contextLength: number;
  readonly concurrentSequences: number;
  readonly tensorParallel: number;
  /** @default 1 */
  readonly pipelineParallel?: number | undefined;
  readonly gpuMemoryUtilization: number;
  readonly kvCacheDtype: string;
  /** Tokens computed in one step. @default the engine's own for the GPU */
  readonly batchedTokens?: number | undefined;
}

/** A model, how it is served, and where. */
export interface MemoryFitArgs {
  readonly model: ModelShape;
  readonly limits: ServingLimits;
  readonly engine: { readonly version: string; readonly kind?: "vllm" | "tgi" | "ollama" };
  readonly gpu: Gpu;
}
