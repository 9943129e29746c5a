import { type ModelShape, widths } from "./model-shape.ts";
import type { MemoryFitArgs } from "./serving-limits.ts";

const gib = 2 ** 30;

/** The engine's memory in addition to weights and KV cache. */
export interface Reserve {
  readonly gib: number;
  /** Half-width of the error band. */
  readonly bandGiB: number;
  /** Tokens of one step, as given or by the engine's default. */
  readonly batchedTokens: number;
}

/** Contexts and libraries outside the tensor library: 0.07 to 0.35 GiB in public logs. */
const nonTorchGiB = 0.15;
/** More of it where GPUs exchange tensors: 0.12 GiB more on each of two A100, 0.42 GiB on each of two H100. */
const exchangeGiB = 0.4;

/**
 * What the engine's profiling run is found to take on one GPU: the widest layer over one step's tokens, the sampler
 * over all sequences, libraries, and since vLLM 0.21 the CUDA graphs. [vLLM gpu_worker.py, gpu_model_runner.py]
 */
export function profiledReserve(args: MemoryFitArgs): Reserve {
  const { model, limits, engine } = args;
  const { tensorParallel, concurrentSequences } = limits;
  const { hidden, feedForward, vocabulary } = widths(model);
  const batchedTokens = limits.batchedTokens ?? defaultBatchedTokens(args);
  // Gate and up products, their activation, and the residual stream, all in 16 bits.
  const layerGiB = (batchedTokens * 2 * ((3 * feedForward) / tensorParallel + 3 * hidden)) / gib;
  const perLogit = samplerBytes(engine.version);
  const samplerGiB = (concurrentSequences * vocabulary * perLogit.bytes) / gib;
  const activationGiB = perLogit.besideLayer ? layerGiB + samplerGiB : Math.max(layerGiB, samplerGiB);
  const exchange = tensorParallel > 1 ? exchangeGiB : 0;
  return {
    gib: activationGiB + nonTorchGiB + exchange + graphsGiB(args),
    bandGiB: bandGiB(model),
    batchedTokens,
  };
}

/**
 * The largest error among the logs that the constants were fitted to, widened as much as a prediction is worse than a
 * fit (`bandByRule` in scripts/bench computes it): nine of ten further logs are within it (`npm run bench`).
 */
const fittedBandGiB = 1.6;

/** Wider where widths are derived from the weights. */
function bandGiB(model: ModelShape): number {
  return fittedBandGiB + (model.hiddenSize === undefined ? 0.1 : 0);
}

/**
 * Bytes that sampling takes for each sequence and word. The first engine (V0, default until 0.8) sorted all
 * probabilities, after the layers' buffers were gone; the second keeps logits in 16 and 32 bits and their noise. 0.11
 * sorts them again (six logs of one H100), and 0.15 doesn't: nothing is known of those between.
 */
function samplerBytes(version: string): { bytes: number; besideLayer: boolean } {
  const sorts = !atLeast(version, 0, 8) || (atLeast(version, 0, 11) && !atLeast(version, 0, 15));
  return sorts ? { bytes: 38, besideLayer: false } : { bytes: 12, besideLayer: true };
}

/**
 * Graphs of the captured batch sizes: a fixed part, and one that grows with layers, width and sizes. Fitted to the
 * four public logs that show them (0.24 to 0.97 GiB); before 0.21 they lived in the share that the engine leaves free.
 */
function graphsGiB({ model, limits, engine }: MemoryFitArgs): number {
  if (!atLeast(engine.version, 0, 21)) return 0;
  const perLayerWidth = 3.5e-6;
  return (
    0.2 + perLayerWidth * model.layers * widths(model).hidden * (capturedSizes(limits) / mostCapturedSizes)
  );
}

/** Batch sizes 1, 2, 4, every 8 up to 256, every 16 up to 512; never above twice the sequences. */
function capturedSizes({ concurrentSequences }: { readonly concurrentSequences: number }): number {
  const largest = Math.min(512, 2 * concurrentSequences);
  return 3 + Math.floor(Math.min(largest, 256) / 8) + Math.floor(Math.max(0, largest - 256) / 16);
}
const mostCapturedSizes = 51;

/**
 * Tokens of one step that vLLM's API server picks when none are given: more on GPUs of 70 GiB from Hopper on. The
 * first engine took a whole prompt in one step, up to contexts of 32,768 tokens.
 */
function defaultBatchedTokens({ gpu, limits, engine }: MemoryFitArgs): number {
  if (!atLeast(engine.version, 0, 8)) {
    return limits.contextLength > 32_768 ? 512 : Math.max(2048, limits.contextLength);
  }
  if (gpu.visibleGiB >= 160) return 16_384;
  return gpu.visibleGiB >= 70 && gpu.computeCapability >= 90 ? 8192 : 2048;
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split(".").map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}
