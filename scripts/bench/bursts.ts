import { type Gpu, gpus } from "../../components/capacity/gpus.ts";
import { memoryFit } from "../../components/capacity/memory.ts";
import type { ModelShape } from "../../components/capacity/model-shape.ts";
import { a100, type MeasuredThroughput, qwen14, rate } from "./measured.ts";

const { h100, h200, l40s } = gpus;

const qwen8: ModelShape = {
  quantization: "none",
  weightsGiB: 15.27,
  layers: 36,
  heads: 32,
  kvHeads: 8,
  headDimension: 128,
  hiddenSize: 4096,
  vocabularySize: 151_936,
  parametersB: 8.19,
};
const qwen3of32: ModelShape = {
  ...qwen8,
  weightsGiB: 61,
  layers: 64,
  heads: 64,
  hiddenSize: 5120,
  parametersB: 32.8,
};
const qwen235: ModelShape = {
  ...qwen8,
  weightsGiB: 437.9,
  layers: 94,
  heads: 64,
  kvHeads: 4,
  parametersB: 235,
  activeParametersB: 22,
};
const qwen235Fp8: ModelShape = { ...qwen235, quantization: "fp8", weightsGiB: 221.8 };
const gptOss120: ModelShape = {
  quantization: "mxfp4",
  weightsGiB: 64.4,
  layers: 36,
  heads: 64,
  kvHeads: 8,
  headDimension: 64,
  hiddenSize: 2880,
  vocabularySize: 201_088,
  parametersB: 116.8,
  activeParametersB: 5.1,
  attention: { kind: "sliding-window", window: 128, slidingLayers: 18 },
  attentionSinks: true,
};
const deepSeekR1: ModelShape = {
  quantization: "fp8",
  weightsGiB: 641,
  layers: 61,
  heads: 128,
  kvHeads: 128,
  headDimension: 128,
  hiddenSize: 7168,
  vocabularySize: 129_280,
  parametersB: 671,
  activeParametersB: 37,
  attention: { kind: "mla", latentDimension: 576 },
};

/**
 * Requests that all arrive at the beginning, and the output tokens a second until the last has its answer.
 * @param rows requests, tokens of each prompt, tokens of each answer, output tokens a second
 */
function burst(
  page: string,
  model: ModelShape,
  gpu: Gpu,
  tensorParallel: number,
  rows: readonly (readonly [number, number, number, number])[],
): MeasuredThroughput[] {
  // What the API server takes where nothing is said.
  const sequences = gpu.computeCapability >= 90 ? 1024 : 256;
  const { freeKvTokens } = memoryFit({
    model,
    gpu,
    engine: { version: "0.11.0" },
    limits: {
      contextLength: 40_960,
      concurrentSequences: sequences,
      tensorParallel,
      gpuMemoryUtilization: 0.9,
      kvCacheDtype: "auto",
    },
  });
  return rows.map(([concurrency, promptTokens, answerTokens, outputTokensPerSecond]) => ({
    source: `gpustack ${page}`,
    model,
    gpu,
    tensorParallel,
    sequences,
    load: { concurrency, promptTokens, answerTokens },
    poolTokens: freeKvTokens,
    outputTokensPerSecond,
  }));
}

/*
 * Both lists: github.com/gpustack/gpustack, docs/performance-lab, as of 2026-08; vLLM 0.10.2 and 0.11.0, only rows
 * without flags of tuning. Left out: answers of 4 tokens, which measure the HTTP server; bursts of ShareGPT that fit at
 * once, which end with one long answer; a page that repeats another GPU's rows.
 */

/** Rows that constants were fitted to. */
export const fittedBursts: readonly MeasuredThroughput[] = [
  ...burst("qwen3-14b/a100", qwen14, a100, 1, [
    [500, 3996, 200, 245.13],
    [500, 1996, 100, 284.64],
    [100, 32_000, 99, 13.65],
  ]),
  ...burst("qwen3-235b-a22b/a100", qwen235, a100, 8, [
    [500, 3996, 183, 357.26],
    [500, 1996, 99, 442.54],
    [100, 32_000, 82, 17],
  ]),
  ...burst("gpt-oss-120b/h100", gptOss120, h100, 2, [
    [500, 3998, 136, 1135.29],
    [500, 1998, 98, 1595.22],
  ]),
];

/** Rows that no constant was fitted to. */
export const heldOutBursts: readonly MeasuredThroughput[] = [
  ...burst("qwen3-8b/h100-latency", qwen8, h100, 1, [
    [1, 233, 221, 132.86],
    [2, 233, 221, 257.19],
    [4, 233, 221, 496.88],
    [8, 233, 221, 917.28],
  ]),
  ...burst("qwen3-14b/h100", qwen14, h100, 1, [
    [500, 3996, 200, 438.56],
    [500, 1996, 100, 505.51],
    [100, 32_000, 99, 25.48],
  ]),
  ...burst("qwen3-32b/h100", qwen3of32, h100, 1, [
    [1000, 217, 201, 1131.55],
    [500, 3996, 200, 102.21],
    [500, 1996, 100, 152.42],
  ]),
  ...burst("qwen3-32b/a100", qwen3of32, a100, 1, [
    [1000, 217, 201, 832.43],
    [500, 3996, 200, 87.48],
    [500, 1996, 100, 120.27],
  ]),
  ...burst("qwen3-235b-a22b/h100", qwen235, h100, 8, [
    [500, 3996, 184, 931.21],
    [500, 1996, 99, 1127.26],
    [100, 32_000, 82, 57.85],
  ]),
  ...burst("qwen3-235b-a22b/h100, FP8", qwen235Fp8, h100, 4, [
    [500, 3996, 182, 717.6],
    [500, 1996, 99, 894.84],
    [100, 32_000, 83, 39.66],
  ]),
  ...burst("deepseek-r1/h200", deepSeekR1, h200, 8, [
    [500, 3995, 200, 753.67],
    [500, 1997, 100, 843.71],
  ]),
  // Users who ask again at once, in steady state; vLLM 0.10.2 with 240,544 tokens of KV cache. Medians of repeated runs.
  ...(
    [
      [1, 101],
      [4, 352.7],
      [16, 1094.8],
      [64, 1997.5],
      [128, 2196.8],
      [256, 1844.5],
    ] as const
  ).map(([users, tokens]) =>
    rate(
      "llmbench, phase 6",
      { ...qwen8, quantization: "awq", weightsGiB: 5.71 },
      l40s,
      [users, 512, 256],
      tokens,
      {
        poolTokens: 240_544,
      },
    ),
  ),
];
