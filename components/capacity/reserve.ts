import { widths } from "./model-shape.ts";
import type { MemoryFitArgs } from "./serving-limits.ts";

const gib = 2 ** 30;

/** What the engine takes beside weights and KV cache. */
export interface Reserve {
  readonly gib: number;
  /** Half-width of the error band. */
  readonly bandGiB: number;
  /** Tokens of one step, as given or by the engine's default. */
  readonly batchedTokens: number;
}

/** What the engine's profiling run is found to take on one GPU. */
export function profiledReserve({ model, limits, engine, gpu }: MemoryFitArgs): Reserve {
  const { hidden, feedForward, vocabulary } = widths(model);
  const batchedTokens = limits.batchedTokens ?? defaultBatchedTokens(gpu.visibleGiB, gpu.computeCapability);
  const tensorParallel = limits.tensorParallel;
  // Gate and up products, their activation, and the residual stream, all in 16 bits.
  const layerBytes = batchedTokens * 2 * ((3 * feedForward) / tensorParallel + 3 * hidden);
  // Logits in 16 and in 32 bits, probabilities and the noise that samples from them.
  const samplerBytes = limits.concurrentSequences * vocabulary * 14 + batchedTokens * hidden * 2;
  const activationGiB = Math.max(layerBytes, samplerBytes) / gib;
  const nonTorchGiB = 0.35 + (tensorParallel > 1 ? 0.2 : 0);
  const graphsGiB = atLeast(engine.version, 0, 21) ? 0.5 : 0;
  return {
    gib: activationGiB + nonTorchGiB + graphsGiB,
    bandGiB: 0.35 + (model.hiddenSize === undefined ? 0.1 : 0),
    batchedTokens,
  };
}

/** Tokens of one step that vLLM's API server picks when none are given: more on GPUs of 70 GiB from Hopper on. */
function defaultBatchedTokens(visibleGiB: number, computeCapability: number): number {
  if (visibleGiB >= 160) return 16_384;
  return visibleGiB >= 70 && computeCapability >= 90 ? 8192 : 2048;
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split(".").map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}
