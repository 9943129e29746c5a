import { type Gpu, gpus } from "../../components/capacity/gpus.ts";
import type { ModelShape } from "../../components/capacity/model-shape.ts";
import type { ServingLimits } from "../../components/capacity/serving-limits.ts";
import type { Load } from "../../components/capacity/throughput.ts";

/** GPUs of public logs that no pool offers. Sheets' figures; shares as for their architecture. */
export const a100: Gpu = {
  ...gpus.h100,
  product: "NVIDIA A100 80 GB",
  visibleGiB: 79.25,
  computeCapability: 80,
  bandwidthGBps: 2039,
  bf16Tflops: 312,
  fp8Tflops: undefined,
  decodeBandwidthShare: 0.66,
  computeShare: 0.57,
};
export const a100Small: Gpu = {
  ...a100,
  product: "NVIDIA A100 40 GB",
  visibleGiB: 39.5,
  bandwidthGBps: 1555,
};
export const l4: Gpu = {
  ...gpus.l40s,
  product: "NVIDIA L4",
  visibleGiB: 22.03,
  bandwidthGBps: 300,
  bf16Tflops: 121,
  fp8Tflops: 242,
  decodeBandwidthShare: 0.86,
  computeShare: 0.22,
};
const rtx3090: Gpu = { ...a100, product: "NVIDIA RTX 3090", visibleGiB: 23.58, computeCapability: 86 };
const { a10g, l40s, h100 } = gpus;

/** Shapes from the models' own configurations; weights as the logs give them for one GPU. */
export const llama8 = {
  quantization: "none",
  weightsGiB: 14.96,
  layers: 32,
  heads: 32,
  kvHeads: 8,
  headDimension: 128,
  hiddenSize: 4096,
  vocabularySize: 128_256,
  parametersB: 8.03,
};
export const llama70 = {
  ...llama8,
  weightsGiB: 131.4,
  layers: 80,
  heads: 64,
  hiddenSize: 8192,
  parametersB: 70.6,
};
const llama70Fp8 = { ...llama70, quantization: "fp8", weightsGiB: 67.72 };
export const qwen14 = {
  ...llama8,
  weightsGiB: 27.52,
  layers: 40,
  heads: 40,
  hiddenSize: 5120,
  vocabularySize: 151_936,
  parametersB: 14.8,
};
const qwen14Awq = { ...qwen14, quantization: "awq", weightsGiB: 9.44 };
export const qwen7 = {
  ...llama8,
  weightsGiB: 14.25,
  layers: 28,
  heads: 28,
  kvHeads: 4,
  hiddenSize: 3584,
  vocabularySize: 152_064,
  parametersB: 7.62,
};
const qwen32 = { ...qwen14, weightsGiB: 61, layers: 64, vocabularySize: 152_064, parametersB: 32.8 };
/** Qwen3-8B. */
export const qwen8 = {
  ...qwen14,
  weightsGiB: 15.27,
  layers: 36,
  heads: 32,
  hiddenSize: 4096,
  parametersB: 8.19,
};
const mistral7 = { ...llama8, weightsGiB: 14.08, vocabularySize: 32_064, parametersB: 7.57 };
const math1 = {
  ...qwen7,
  weightsGiB: 2.88,
  heads: 12,
  kvHeads: 2,
  hiddenSize: 1536,
  vocabularySize: 151_936,
  parametersB: 1.54,
};
const phi4 = {
  ...qwen14,
  quantization: "gptq",
  weightsGiB: 8.51,
  kvHeads: 10,
  vocabularySize: 100_352,
  parametersB: 14.7,
};
const qwen235 = {
  ...llama8,
  quantization: "fp8",
  weightsGiB: 8 * 27.72,
  layers: 94,
  heads: 64,
  kvHeads: 4,
  vocabularySize: 151_936,
  parametersB: 235,
  activeParametersB: 22,
};
export const qwen30 = {
  ...llama8,
  quantization: "fp8",
  weightsGiB: 29,
  layers: 48,
  kvHeads: 4,
  hiddenSize: 2048,
  vocabularySize: 151_936,
  parametersB: 30.5,
  activeParametersB: 3.3,
};

/** The figures in a public log of an engine's start. */
export interface MeasuredMemory {
  readonly source: string;
  readonly version: string;
  readonly model: ModelShape;
  readonly gpu: Gpu;
  readonly limits: ServingLimits;
  readonly kvGiB: number;
  /** Absent where the log names none. */
  readonly tokens?: number;
}

export const memory = (
  source: string,
  version: string,
  model: ModelShape,
  gpu: Gpu,
  settings: Partial<ServingLimits> & Pick<ServingLimits, "gpuMemoryUtilization" | "contextLength">,
  measured: { kvGiB: number; tokens?: number },
): MeasuredMemory => ({
  source,
  version,
  model,
  gpu,
  // What the command line doesn't set is the API server's default.
  limits: { concurrentSequences: 256, tensorParallel: 1, kvCacheDtype: "auto", ...settings },
  ...measured,
});

/**
 * Public logs up to 2026-11 with utilization, context and weights. Left out: a profiling run that computed the logits
 * of every prompt token (vllm#12330, a defect since mended) and one whose two workers logged different things (#13061).
 */
export const measuredMemory: readonly MeasuredMemory[] = [
  memory(
    "Qwen3-14B blog",
    "0.28.0",
    qwen14,
    { ...l40s, visibleGiB: 44.4 },
    { gpuMemoryUtilization: 0.92, contextLength: 40_960 },
    { kvGiB: 11.57, tokens: 75_824 },
  ),
  memory(
    "Qwen3-14B blog",
    "0.28.0",
    qwen14Awq,
    { ...l40s, visibleGiB: 44.4 },
    { gpuMemoryUtilization: 0.95, contextLength: 1024, concurrentSequences: 8, batchedTokens: 8192 },
    { kvGiB: 31.02, tokens: 203_264 },
  ),
  memory(
    "dennislee22/vLLM-benchmarking",
    "0.10.1",
    qwen7,
    a100,
    { gpuMemoryUtilization: 0.5, contextLength: 16_384 },
    { kvGiB: 24.83, tokens: 464_848 },
  ),
  memory(
    "dennislee22/vLLM-benchmarking",
    "0.10.1",
    { ...qwen7, weightsGiB: 14.24 },
    a100,
    { gpuMemoryUtilization: 0.5, contextLength: 16_384, tensorParallel: 2 },
    { kvGiB: 31.83, tokens: 1_192_160 },
  ),
  memory(
    "llava-v1.6-mistral-7b log",
    "0.10.2",
    mistral7,
    { ...a100, visibleGiB: 79.19 },
    { gpuMemoryUtilization: 0.9, contextLength: 4096, batchedTokens: 16_384 },
    { kvGiB: 55.15, tokens: 451_744 },
  ),
  memory(
    "vllm#10517",
    "0.6.0",
    { ...llama8, weightsGiB: 14.99 },
    rtx3090,
    { gpuMemoryUtilization: 0.9, contextLength: 20_000 },
    { kvGiB: 3.81, tokens: 31_232 },
  ),
  memory(
    "Qwen2.5-Math-1.5B log",
    "0.7.0",
    math1,
    l40s,
    { gpuMemoryUtilization: 0.85, contextLength: 4096 },
    { kvGiB: 33.37, tokens: 1_249_840 },
  ),
  memory(
    "Phi-4 GPTQ log",
    "0.6.5",
    phi4,
    a100,
    { gpuMemoryUtilization: 0.15, contextLength: 2048 },
    { kvGiB: 2.18, tokens: 11_440 },
  ),
  memory(
    "Qwen3-235B-A22B log",
    "0.10.2",
    qwen235,
    { ...l40s, visibleGiB: 44.42 },
    { gpuMemoryUtilization: 0.9, contextLength: 32_768, tensorParallel: 8 },
    { kvGiB: 10.65, tokens: 238_208 },
  ),
  memory(
    "24 GB class log",
    "0.6.3",
    { ...llama8, weightsGiB: 14.99 },
    { ...a10g, visibleGiB: 23.6 },
    { gpuMemoryUtilization: 0.9, contextLength: 131_072 },
    { kvGiB: 5.03, tokens: 41_200 },
  ),
  // vLLM 0.7.1 with its second engine, which 0.8 made the default; on an H100 with 1024 sequences.
  memory(
    "vllm#12569",
    "0.8.0",
    llama70Fp8,
    { ...h100, visibleGiB: 79.2 },
    { gpuMemoryUtilization: 0.98, contextLength: 2048, concurrentSequences: 1024 },
    { kvGiB: 6.74, tokens: 22_096 },
  ),
  memory(
    "ai-on-eks",
    "0.6.0",
    { ...llama8, weightsGiB: 14.99 },
    { ...a10g, visibleGiB: 22.3 },
    { gpuMemoryUtilization: 0.9, contextLength: 8192 },
    { kvGiB: 4.17, tokens: 34_160 },
  ),
  // Seen when the last constants were rounded.
  memory(
    "dennislee22/vLLM-benchmarking, test 2",
    "0.10.1",
    { ...qwen7, weightsGiB: 14.24 },
    a100,
    { gpuMemoryUtilization: 0.25, contextLength: 16_384, tensorParallel: 2 },
    { kvGiB: 12.02, tokens: 450_192 },
  ),
  memory(
    "dennislee22/vLLM-benchmarking, test 4",
    "0.10.1",
    qwen7,
    a100,
    { gpuMemoryUtilization: 0.25, contextLength: 16_384 },
    { kvGiB: 5.01, tokens: 93_872 },
  ),
  memory(
    "Qwen3-14B blog, two GPUs",
    "0.28.0",
    qwen14Awq,
    l4,
    { gpuMemoryUtilization: 0.92, contextLength: 40_960, tensorParallel: 2 },
    { kvGiB: 14.38, tokens: 188_512 },
  ),
  // Of a source whose first log is among those to fit (`memory-logs.ts`). That first start held 89,040: with compiled
  // kernels in the cache, profiling takes less.
  memory(
    "ThunderAgent study, later start",
    "0.24.0",
    qwen8,
    { ...l40s, product: "NVIDIA RTX 5090", visibleGiB: 31.36, computeCapability: 120 },
    { gpuMemoryUtilization: 0.92, contextLength: 32_768 },
    { kvGiB: 13.17, tokens: 95_936 },
  ),
  memory(
    "ThunderAgent study",
    "0.24.0",
    qwen8,
    { ...l40s, product: "NVIDIA RTX 4090", visibleGiB: 23.52 },
    { gpuMemoryUtilization: 0.92, contextLength: 32_768 },
    { kvGiB: 6.03, tokens: 43_888 },
  ),
];

/** The figures of a public benchmark of one replica. */
export interface MeasuredThroughput {
  readonly source: string;
  readonly model: ModelShape;
  readonly gpu: Gpu;
  readonly tensorParallel: number;
  /** Sequences that the engine computes at once, where the load is larger. @default 1024 */
  readonly sequences?: number;
  readonly load: Load;
  /** Tokens that the KV cache held, where it was stated or follows from the hardware. */
  readonly poolTokens: number;
  readonly outputTokensPerSecond: number;
}

export const rate = (
  source: string,
  model: ModelShape,
  gpu: Gpu,
  [concurrency, promptTokens, answerTokens]: readonly [number, number, number],
  outputTokensPerSecond: number,
  more: { tensorParallel?: number; poolTokens?: number } = {},
): MeasuredThroughput => ({
  source,
  model,
  gpu,
  tensorParallel: more.tensorParallel ?? 1,
  load: { concurrency, promptTokens, answerTokens },
  poolTokens: more.poolTokens ?? 400_000,
  outputTokensPerSecond,
});

/** Public results up to 2026-11 with engine, load and token lengths. Totals of input and output are split by length. */
export const measuredThroughput: readonly MeasuredThroughput[] = [
  rate("llmperf", llama8, a10g, [1, 470, 150], 31.9),
  rate("llmperf", llama8, a10g, [16, 470, 150], 289.9, { poolTokens: 34_160 }),
  rate("ai-on-eks", llama8, a10g, [1, 300, 300], 29),
  rate("Qwen3-14B blog", qwen14, l40s, [10, 232, 221], 228.1, { poolTokens: 75_824 }),
  rate("Qwen3-14B blog", qwen14Awq, l40s, [10, 232, 221], 625.2, { poolTokens: 203_264 }),
  rate("one stream, claimed", qwen30, l40s, [1, 200, 200], 75),
  rate("Qwen3-14B blog", qwen14Awq, l4, [1, 232, 221], 27.8, { poolTokens: 67_696 }),
  rate("Qwen3-14B blog", qwen14Awq, l4, [10, 232, 221], 213.4, { poolTokens: 67_696 }),
  rate("Qwen3-14B blog", qwen14Awq, l4, [32, 232, 221], 394.5, { poolTokens: 67_696 }),
  rate("vLLM 0.19 sweep", llama8, h100, [1, 100, 1000], 153.8),
  rate("vLLM 0.19 sweep", llama8, h100, [8, 20_000, 2000], 450.3),
  rate(
    "MLPerf v5.1, Red Hat",
    { ...llama8, quantization: "fp8", weightsGiB: 8.5 },
    h100,
    [1024, 820, 128],
    5777.1,
    { poolTokens: 480_000 },
  ),
  rate("MLPerf v5.1, Krai, one of four replicas", llama70Fp8, h100, [816, 294, 290], 5704.9, {
    tensorParallel: 2,
  }),
  rate("MLPerf v4.1, Red Hat, one of two replicas", llama70Fp8, l40s, [256, 294, 290], 858.9, {
    tensorParallel: 2,
    poolTokens: 30_000,
  }),
  rate("vLLM 0.20, 4 GPUs", llama70, h100, [1000, 1024, 512], 3080, { tensorParallel: 4 }),
  rate("one stream", llama8, a100Small, [1, 1024, 128], 75),
  ...(
    [
      [1, 85],
      [10, 716],
      [20, 1387],
      [30, 1968],
      [50, 2356],
      [75, 2991],
      [100, 3352],
      [200, 4443],
      [500, 4215],
    ] as const
  ).map(([users, tokens]) =>
    rate("dennislee22/vLLM-benchmarking", qwen7, a100, [users, 1024, 1024], tokens, { poolTokens: 464_848 }),
  ),
  ...(
    [
      [10, 186],
      [50, 319],
      [75, 340],
      [100, 363],
    ] as const
  ).map(([users, tokens]) =>
    rate("dennislee22/vLLM-benchmarking", qwen32, a100, [users, 1024, 1024], tokens, { poolTokens: 39_700 }),
  ),
];
