import type { Gpu } from "./gpus.ts";
import { sequenceState } from "./kv-cache.ts";
import { widths } from "./model-shape.ts";
import { type Arithmetic, arithmetic, quantizationMethods } from "./quantization.ts";
import type { MemoryFitArgs } from "./serving-limits.ts";

/** What a replica is asked: so many requests at the same time, each of this size. */
export interface Load {
  readonly concurrency: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  /** Share of the prompt tokens that are found in the prefix cache. @default 0 */
  readonly prefixHits?: number;
}

/** What one replica is estimated to do under a load. */
export interface Throughput {
  readonly requestsPerSecond: number;
  readonly outputTokensPerSecond: number;
  readonly inputTokensPerSecond: number;
  /** From the request to its first token, nobody waiting before it. */
  readonly firstTokenSeconds: number;
  /** Between two tokens of one answer, prompts of others in between. */
  readonly perTokenSeconds: number;
  /** Share of the replica's time that goes into prompts; the rest makes answers. */
  readonly promptShare: number;
  /** Requests that are computed at the same time: fewer than asked where the KV cache is full. */
  readonly running: number;
}

/** Half of the estimates are nearer than this to what was measured (`npm run bench`). */
export const throughputBandPercent = 30;

/** Share of the KV reads' peak bandwidth that attention kernels reach. [NVIDIA H100, vLLM 0.19] */
const kvBandwidthShare = 0.9;
/** Of each step, what the shares of bandwidth and rate don't hold yet. */
const stepSeconds = 0.0005;
/** Of the rate of one GPU, what each of several keeps: they exchange every layer's result. [public MLPerf results] */
const exchangeShare: Readonly<Record<number, number>> = { 1: 1, 2: 0.85, 4: 0.7, 8: 0.6 };

/**
 * A roofline: each decode step reads all weights once and every sequence's state, or computes for longer than that
 * takes; prompts are computed in between. Memory decides how many sequences run at the same time.
 * @param poolTokens tokens that the KV cache holds, as `memoryFit` says
 */
export function throughput(args: MemoryFitArgs, load: Load, poolTokens: number): Throughput {
  const { model, limits, gpu } = args;
  const { promptTokens, answerTokens } = load;
  const { tensorParallel } = limits;
  const gpusTogether = tensorParallel * (exchangeShare[tensorParallel] ?? 0.5);

  const meanContext = promptTokens + answerTokens / 2;
  const running = Math.max(
    1,
    Math.min(load.concurrency, limits.concurrentSequences, poolTokens / (promptTokens + answerTokens)),
  );
  const rate = gpusTogether * computeRate(model.quantization, gpu);
  const bandwidth = gpusTogether * gpu.bandwidthGBps * 1e9;
  const { activeParameters } = widths(model);

  const weightSeconds = readBytes(args, running) / (bandwidth * gpu.decodeBandwidthShare);
  const computeSeconds = (2 * activeParameters * running) / rate;
  const state = sequenceState(model, {
    ...limits,
    pipelineParallel: limits.pipelineParallel ?? 1,
    batchedTokens: 0,
  });
  const stateSeconds = (running * state.bytesAt(meanContext)) / (gpu.bandwidthGBps * 1e9 * kvBandwidthShare);
  const decodeSeconds = Math.max(weightSeconds, computeSeconds) + stateSeconds + stepSeconds;
  const computedTokens = promptTokens * (1 - (load.prefixHits ?? 0));
  const prefillSeconds = (2 * activeParameters * computedTokens) / rate + stepSeconds;

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

/** Operations a second that one GPU reaches in the large products of this quantization. */
function computeRate(quantization: string, gpu: Gpu): number {
  const method = quantizationMethods[quantization] ?? { bitsPerWeight: 16, runsFrom: 75 };
  const rates: Record<Arithmetic, number> = {
    bf16: gpu.bf16Tflops,
    fp8: gpu.fp8Tflops ?? gpu.bf16Tflops,
    int8: 2 * gpu.bf16Tflops,
  };
  return rates[arithmetic(method, gpu)] * 1e12 * gpu.computeShare;
}

/** Weights that one step reads, on all GPUs. Of a mixture of experts, those that its sequences choose. */
function readBytes({ model }: MemoryFitArgs, running: number): number {
  const bytes = model.weightsGiB * 2 ** 30;
  const { activeParameters, parameters } = widths(model);
  const active = Math.min(1, activeParameters / parameters);
  // Each sequence chooses its experts by itself; what none chooses isn't read.
  return bytes * (1 - (1 - active) ** running);
}
