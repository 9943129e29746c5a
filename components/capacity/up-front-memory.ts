import { sequenceState } from "./kv-cache.ts";
import type { MemoryFit } from "./memory-fit.ts";
import type { MemoryFitArgs } from "./serving-limits.ts";

const gib = 2 ** 30;
/** CUDA's context and the buffers of a step of 512 tokens: 0.7 to 1.6 GiB in public logs of Ollama's scheduler. */
const buffersGiB = 1.6;

/**
 * Memory of one GPU by Ollama's accounting: the whole context of all parallel requests is allocated when the model is
 * loaded, whether or not it is used. What doesn't fit is computed on the CPU, many times slower.
 * [ollama docs/faq, OLLAMA_NUM_PARALLEL; llm/memory.go]
 */
export function upFrontFit({ model, limits, gpu }: MemoryFitArgs): MemoryFit {
  const { contextLength, concurrentSequences } = limits;
  const state = sequenceState(model, { ...limits, pipelineParallel: 1, batchedTokens: 512 });
  const cacheGiB = (concurrentSequences * state.bytesAt(contextLength)) / gib;
  const weightsGiB = model.weightsGiB / limits.tensorParallel;
  const kvGiB = Math.max(0, gpu.visibleGiB - weightsGiB - buffersGiB);
  const account = {
    requestedGiB: gpu.visibleGiB,
    weightsGiB,
    reserveGiB: buffersGiB,
    kvGiB,
    bandGiB: buffersGiB / 2,
    bandPercent: kvGiB > 0 ? (100 * (buffersGiB / 2)) / kvGiB : 100,
    freeKvTokens: concurrentSequences * contextLength,
    concurrentSequences,
    bytesPerToken: state.bytesPerToken,
  };
  if (cacheGiB <= kvGiB) return { ...account, fits: true };
  const most = Math.floor((kvGiB / cacheGiB) * concurrentSequences);
  const n = (value: number) => value.toFixed(2);
  return {
    ...account,
    fits: false,
    reason:
      `Ollama allocates ${concurrentSequences} × ${contextLength} tokens of context when it loads the model: ${n(cacheGiB)} GiB, ` +
      `and ${n(weightsGiB)} GiB of weights and ${n(buffersGiB)} GiB of buffers leave ${n(kvGiB)} GiB of the ${n(gpu.visibleGiB)} GiB of ` +
      `each ${gpu.product}; ${most > 0 ? `set concurrentSequences to ${most} or less, or ` : ""}lower contextLength`,
  };
}
