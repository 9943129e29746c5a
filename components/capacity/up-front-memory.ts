import { sequenceState } from "./kv-cache.ts";
import type { MemoryFit } from "./memory-fit.ts";
import { type ModelShape, widths } from "./model-shape.ts";
import type { MemoryFitArgs } from "./serving-limits.ts";

const gib = 2 ** 30;
/** Memory that Ollama reserves for CUDA's context and kernels. [ollama discover/gpu.go, cudaMinimumMemory] */
const contextGiB = 457 / 1024;
/** Tokens of one step. [ollama api/types.go, num_batch] */
const batchTokens = 512;
/** Buffers and one layer's room were 0.7 to 1.6 GiB in logs; what they don't show is as large at most. */
const bandGiB = 0.8;

/**
 * GiB of the buffers of one step: each token's logits in 32 bits, or its activations where those are wider. With flash
 * attention, which the pods turn on, no buffer grows with the context. [ollama fs/ggml/ggml.go, GraphSize; it is 517.0
 * MiB for Gemma 3 4B in ollama#10765 and 522.5 MiB for 27B in #10823]
 */
export function stepBuffersGiB(model: ModelShape): number {
  const { hidden, vocabulary } = widths(model);
  return (4 * batchTokens * Math.max(hidden + vocabulary, 1 + 4 * hidden)) / gib;
}

/**
 * Memory of one GPU by Ollama's accounting: the whole context of all parallel requests is allocated when the model is
 * loaded, whether or not it is used. What doesn't fit is computed on the CPU, many times slower.
 * [ollama docs/faq, OLLAMA_NUM_PARALLEL; llm/memory.go]
 */
export function upFrontFit({ model, limits, gpu }: MemoryFitArgs): MemoryFit {
  const { contextLength, concurrentSequences } = limits;
  const state = sequenceState(model, { ...limits, pipelineParallel: 1, batchedTokens: batchTokens });
  const cacheGiB = (concurrentSequences * state.bytesAt(contextLength)) / gib;
  const weightsGiB = model.weightsGiB / limits.tensorParallel;
  // Room for one more layer, with its context, has to be left, or the last one goes to the CPU. [ollama llm/memory.go]
  const layersGiB =
    ((gpu.visibleGiB - contextGiB - stepBuffersGiB(model)) * model.layers) / (model.layers + 1);
  const kvGiB = Math.max(0, layersGiB - weightsGiB);
  const buffersGiB = Math.max(0, gpu.visibleGiB - weightsGiB - kvGiB);
  const account = {
    requestedGiB: gpu.visibleGiB,
    weightsGiB,
    reserveGiB: buffersGiB,
    kvGiB,
    bandGiB,
    bandPercent: kvGiB > 0 ? (100 * bandGiB) / kvGiB : 100,
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
