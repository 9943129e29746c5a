import { own } from "../shared/own.ts";
import type { Gpu } from "./gpus.ts";
import { sequenceState } from "./kv-cache.ts";
import { widths } from "./model-shape.ts";
import { type Arithmetic, arithmetic, quantizationMethods } from "./quantization.ts";
import type { MemoryFitArgs } from "./serving-limits.ts";

/** The load of a replica: concurrent requests, each of this size. */
export interface Load {
  readonly concurrency: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  /** Share of the prompt tokens that are found in the prefix cache. @default 0 */
  readonly prefixHits?: number;
}

/** The estimated performance of one replica under a load. */
export interface Throughput {
  readonly requestsPerSecond: number;
  readonly outputTokensPerSecond: number;
  readonly inputTokensPerSecond: number;
  /** Time to first token of a request without a queue. */
  readonly firstTokenSeconds: number;
  /** Between two tokens of one answer, prompts of others in between. */
  readonly perTokenSeconds: number;
  /** Share of the replica's time that goes into prompts; the rest makes answers. */
  readonly promptShare: number;
  /** Requests that are computed at the same time: fewer than asked where the KV cache is full. */
  readonly running: number;
}

/**
 * Nine of ten estimates are nearer than this to measurements that no constant was fitted to (`npm run bench`). The
 * largest misses are too high, so leave room.
 */
export const throughputBandPercent = 35;

/** Share of the KV reads' peak bandwidth that attention kernels reach. [NVIDIA H100, vLLM 0.19] */
const kvBandwidthShare = 0.9;
/** Of each step, what the shares of bandwidth and rate don't hold yet. */
const stepSeconds = 0.001;
/** Of each step, what one sequence costs outside the layers: scheduling, sampling, the text of its answer. */
const sequenceSeconds = 1e-5;
/** Of a prompt, what its products don't hold. */
const promptSeconds = 0.0005;
/** Of the rate of dense products, what those of a mixture's experts reach: each is smaller. */
const expertShare = 0.4;
/** Tokens of a step of prompts, whose exchanges start together. */
const promptStepTokens = 8192;

/**
 * What one exchange between the GPUs of an instance costs: a start, and the bytes that each GPU sends. Over PCIe
 * they go by way of the host's memory. [fitted to the rows of several GPUs of `npm run bench`]
 */
const links = {
  nvlink: { startSeconds: 12e-6, bytesPerSecond: 200e9 },
  pcie: { startSeconds: 30e-6, bytesPerSecond: 16e9 },
} as const;

/**
 * A roofline: each decode step reads all weights once and every sequence's state, or computes for longer than that
 * takes; prompts are computed in between. Tensor parallelism divides both and exchanges each layer's results twice.
 * Memory decides how many sequences run at the same time.
 * @param poolTokens tokens that the KV cache holds, by `memoryFit`
 */
export function throughput(args: MemoryFitArgs, load: Load, poolTokens: number): Throughput {
  const { model, limits, gpu } = args;
  const { promptTokens, answerTokens } = load;
  const { tensorParallel } = limits;

  const meanContext = promptTokens + answerTokens / 2;
  const running = Math.max(
    1,
    Math.min(load.concurrency, limits.concurrentSequences, poolTokens / (promptTokens + answerTokens)),
  );
  const { activeParameters, parameters, hidden } = widths(model);
  const mixture = activeParameters < parameters ? expertShare : 1;
  const rate = tensorParallel * mixture * computeRate(model.quantization, gpu);
  const bandwidth = tensorParallel * gpu.bandwidthGBps * 1e9;

  const weightSeconds = readBytes(args, running) / (bandwidth * gpu.decodeBandwidthShare);
  const computeSeconds = (2 * activeParameters * running) / rate;
  const state = sequenceState(model, {
    ...limits,
    pipelineParallel: limits.pipelineParallel ?? 1,
    batchedTokens: 0,
  });
  const stateSeconds = (running * state.bytesAt(meanContext)) / (gpu.bandwidthGBps * 1e9 * kvBandwidthShare);
  const decodeSeconds =
    Math.max(weightSeconds, computeSeconds) +
    stateSeconds +
    stepSeconds +
    running * sequenceSeconds +
    exchangeSeconds(args, hidden, running);
  const computedTokens = promptTokens * (1 - (load.prefixHits ?? 0));
  const prefillSeconds =
    (2 * activeParameters * computedTokens) / rate +
    attentionSeconds(args, computedTokens, promptTokens) +
    (computedTokens * exchangeSeconds(args, hidden, promptStepTokens)) / promptStepTokens +
    promptSeconds;

  const requestsPerSecond = 1 / (prefillSeconds + (answerTokens * decodeSeconds) / running);
  return {
    requestsPerSecond,
    outputTokensPerSecond: requestsPerSecond * answerTokens,
    inputTokensPerSecond: requestsPerSecond * promptTokens,
    firstTokenSeconds: prefillSeconds + decodeSeconds,
    perTokenSeconds: decodeSeconds + ((running - 1) * prefillSeconds) / answerTokens,
    promptShare: requestsPerSecond * prefillSeconds,
    running,
  };
}

/** Attention of a prompt's tokens to all before them, which grows with the square of the prompt. */
function attentionSeconds({ model, gpu, limits }: MemoryFitArgs, computed: number, context: number): number {
  const attention = model.attention;
  const layers =
    attention?.kind === "sliding-window"
      ? model.layers - attention.slidingLayers
      : attention?.kind === "hybrid"
        ? attention.attentionLayers
        : model.layers;
  const queryWidth = (model.heads ?? widths(model).hidden / model.headDimension) * model.headDimension;
  const operations = 4 * layers * queryWidth * computed * (context - computed / 2);
  return operations / (limits.tensorParallel * gpu.bf16Tflops * 1e12 * gpu.computeShare);
}

/** Two sums over all GPUs in each layer, for so many tokens of one step. */
function exchangeSeconds({ model, gpu, limits }: MemoryFitArgs, hidden: number, tokens: number): number {
  const gpus = limits.tensorParallel;
  if (gpus === 1) return 0;
  const { startSeconds, bytesPerSecond } = links[gpu.nvlink ? "nvlink" : "pcie"];
  // Each GPU sends its part and receives the others', in 16 bits.
  const bytes = ((2 * (gpus - 1)) / gpus) * tokens * hidden * 2;
  return 2 * model.layers * (startSeconds + bytes / bytesPerSecond);
}

/** Operations a second that one GPU reaches in the large products of this quantization. */
function computeRate(quantization: string, gpu: Gpu): number {
  const method = own(quantizationMethods, quantization) ?? { bitsPerWeight: 16, runsFrom: 75 };
  const rates: Record<Arithmetic, number> = {
    bf16: gpu.bf16Tflops,
    fp8: gpu.fp8Tflops ?? gpu.bf16Tflops,
    int8: 2 * gpu.bf16Tflops,
  };
  return rates[arithmetic(method, gpu)] * 1e12 * gpu.computeShare;
}

/** Weights that one step reads, on all GPUs. Of a mixture of experts, those that its sequences choose. */
function readBytes({ model }: MemoryFitArgs, running: number): number {
  const { activeParameters, parameters, hidden, vocabulary } = widths(model);
  // Of the first vocabulary matrix only the rows of the step's tokens are read.
  const bytes = model.weightsGiB * 2 ** 30 - Math.min(model.weightsGiB * 2 ** 28, 2 * hidden * vocabulary);
  const active = Math.min(1, activeParameters / parameters);
  // Each sequence chooses its experts by itself; what none chooses isn't read.
  return bytes * (1 - (1 - active) ** running);
}
