import { sequenceState } from "./kv-cache.ts";
import type { MemoryFit } from "./memory-fit.ts";
import { type ModelShape, widths } from "./model-shape.ts";
import { profiledReserve } from "./reserve.ts";
import type { MemoryFitArgs } from "./serving-limits.ts";
import { upFrontFit } from "./up-front-memory.ts";

const gib = 2 ** 30;

/**
 * Memory of one GPU by the accounting of vLLM's start (`gpu_worker.py`, `kv_cache_utils.py`):
 * visible × utilization − weights − what a profiling run took = KV cache, in blocks of 16 tokens.
 * An attention layout that isn't known doesn't fit, with a reason that says so.
 */
export function memoryFit(args: MemoryFitArgs): MemoryFit {
  if (args.engine.kind === "ollama") return upFrontFit(args);
  const { model, limits, gpu } = args;
  const pipelineParallel = limits.pipelineParallel ?? 1;
  const requestedGiB = gpu.visibleGiB * limits.gpuMemoryUtilization;
  const weightsGiB = weightsPerGpuGiB(model, limits.tensorParallel, pipelineParallel);
  const reserve = profiledReserve(args);
  const kvGiB = Math.max(0, requestedGiB - weightsGiB - reserve.gib);
  const account = { requestedGiB, weightsGiB, reserveGiB: reserve.gib, kvGiB, bandGiB: reserve.bandGiB };
  const bandPercent = kvGiB > 0 ? (100 * reserve.bandGiB) / kvGiB : 100;

  let state: ReturnType<typeof sequenceState>;
  try {
    state = sequenceState(model, { ...limits, pipelineParallel, batchedTokens: reserve.batchedTokens });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const nothing = { freeKvTokens: 0, concurrentSequences: 0, bytesPerToken: 0 };
    return { ...account, ...nothing, bandPercent, fits: false, reason: error.message };
  }
  const concurrentSequences = (kvGiB * gib) / state.bytesAt(limits.contextLength);
  const freeKvTokens = Math.floor(concurrentSequences * limits.contextLength);
  const found = {
    ...account,
    bandPercent,
    freeKvTokens,
    concurrentSequences,
    bytesPerToken: state.bytesPerToken,
  };
  if (concurrentSequences >= 1) return { ...found, fits: true };
  return { ...found, fits: false, reason: shortage(args, found, state.bytesAt(limits.contextLength)) };
}

/**
 * Weights of the fullest GPU. Tensor parallelism shares all matrices evenly; a pipeline shares whole layers, and its
 * first and last stage also hold a vocabulary matrix.
 */
function weightsPerGpuGiB(model: ModelShape, tensorParallel: number, pipelineParallel: number): number {
  if (pipelineParallel === 1) return model.weightsGiB / tensorParallel;
  const { hidden, vocabulary } = widths(model);
  const vocabularyGiB = (hidden * vocabulary * 2) / gib;
  const layerGiB = Math.max(0, model.weightsGiB - 2 * vocabularyGiB) / model.layers;
  return (Math.ceil(model.layers / pipelineParallel) * layerGiB + vocabularyGiB) / tensorParallel;
}

function shortage(
  { limits, gpu }: MemoryFitArgs,
  account: Pick<MemoryFit, "requestedGiB" | "weightsGiB" | "reserveGiB" | "kvGiB" | "freeKvTokens">,
  sequenceBytes: number,
): string {
  const n = (value: number) => value.toFixed(2);
  const sum =
    `${n(account.weightsGiB)} GiB of weights + ${n(account.reserveGiB)} GiB for activations, buffers and graphs ` +
    `on each ${gpu.product}, of ${n(account.requestedGiB)} GiB (${limits.gpuMemoryUtilization} of ${n(gpu.visibleGiB)})`;
  if (account.kvGiB === 0) {
    return `doesn't fit: ${sum}; take a smaller quantization, a larger tensorParallel or a GPU with more memory`;
  }
  return (
    `no room for one sequence of ${limits.contextLength} tokens: ${sum}, leave ${n(account.kvGiB)} GiB for the KV ` +
    `cache, a sequence takes ${n(sequenceBytes / gib)} GiB; set contextLength to ${account.freeKvTokens} or less, ` +
    "kvCacheDtype to fp8 where the GPU has a backend for it, or take more GPU memory"
  );
}
