import { createHash } from "node:crypto";
import { gpus } from "../../components/capacity/gpus.ts";
import {
  a100,
  a100Small,
  l4,
  llama8,
  llama70,
  type MeasuredMemory,
  memory,
  qwen7,
  qwen8,
  qwen14,
  qwen30,
} from "./measured.ts";

const { h100, h200, l40s } = gpus;
const gptOss20 = {
  quantization: "mxfp4",
  weightsGiB: 13.72,
  layers: 24,
  heads: 64,
  kvHeads: 8,
  headDimension: 64,
  hiddenSize: 2880,
  vocabularySize: 201_088,
  parametersB: 20.9,
  activeParametersB: 3.6,
  attention: { kind: "sliding-window", window: 128, slidingLayers: 12 },
  attentionSinks: true,
} as const;
const qwen32 = { ...qwen14, weightsGiB: 61.1, layers: 64, heads: 64, parametersB: 32.8 };
const qwen06 = { ...qwen8, weightsGiB: 1.12, layers: 28, heads: 16, hiddenSize: 1024, parametersB: 0.6 };
const rtx5090 = { ...l40s, product: "NVIDIA RTX 5090", visibleGiB: 31.36, computeCapability: 120 };

/**
 * Logs of engines' starts in public repositories and pages, found on 2026-11-28 with version, GPU, utilization, context,
 * weights and KV cache: all that were found so, and none of them known when the constants were chosen. What isn't said
 * in them is the engine's default. Left out: logs without the GPU's or the engine's name, of GPUs shared with others, of
 * models with a vision tower or recurrent layers, and with LoRA.
 */
const logs: readonly MeasuredMemory[] = [
  memory(
    "tokenkaki, notes on one A100 40 GB",
    "0.9.2",
    qwen8,
    a100Small,
    { gpuMemoryUtilization: 0.9, contextLength: 40_960 },
    { kvGiB: 18.69, tokens: 136_080 },
  ),
  memory(
    "server-sim, example run qwen2.5-14b-h100",
    "0.21.0",
    { ...qwen14, weightsGiB: 27.51, layers: 48, vocabularySize: 152_064 },
    h100,
    { gpuMemoryUtilization: 0.9, contextLength: 4096 },
    { kvGiB: 41.43, tokens: 226_240 },
  ),
  memory(
    "shockwave lab, Llama 3 70B AWQ on two L40S",
    "0.16.0",
    { ...llama70, quantization: "awq", weightsGiB: 37.1 },
    l40s,
    { gpuMemoryUtilization: 0.9, contextLength: 8192, tensorParallel: 2 },
    { kvGiB: 20.16, tokens: 132_128 },
  ),
  // Offline engine, whose default is 8192 tokens in one step.
  memory(
    "ilseokoh/vllm-gce",
    "0.15.1",
    { ...llama8, weightsGiB: 14.99 },
    a100Small,
    { gpuMemoryUtilization: 0.9, contextLength: 131_072, batchedTokens: 8192 },
    { kvGiB: 19.28, tokens: 157_936 },
  ),
  memory(
    "vllm-benchmark, study 16, Qwen3-30B-A3B FP8 on g6.12xlarge",
    "0.29.0",
    { ...qwen30, weightsGiB: 29.6 },
    l4,
    { gpuMemoryUtilization: 0.85, contextLength: 8192, tensorParallel: 4 },
    { kvGiB: 9.2, tokens: 401_776 },
  ),
  memory(
    "voice bench decisions, Qwen2.5-1.5B on H200",
    "0.19.1",
    {
      ...qwen7,
      weightsGiB: 2.88,
      heads: 12,
      kvHeads: 2,
      hiddenSize: 1536,
      vocabularySize: 151_936,
      parametersB: 1.54,
    },
    h200,
    { gpuMemoryUtilization: 0.9, contextLength: 32_768, concurrentSequences: 1024 },
    { kvGiB: 120.53, tokens: 4_513_888 },
  ),
  memory(
    "ThunderAgent study, Qwen3-8B on RTX 5090, first start",
    "0.24.0",
    qwen8,
    rtx5090,
    { gpuMemoryUtilization: 0.92, contextLength: 32_768, batchedTokens: 2048 },
    { kvGiB: 12.23, tokens: 89_040 },
  ),
  memory(
    "llmbench, phase 6, Qwen3-8B AWQ on L40S",
    "0.10.2",
    { ...qwen8, quantization: "awq", weightsGiB: 5.71 },
    l40s,
    { gpuMemoryUtilization: 0.9, contextLength: 1024 },
    { kvGiB: 33.03, tokens: 240_544 },
  ),
  memory(
    "myoceane.fr, gpt-oss-20b on A100",
    "0.19.0",
    gptOss20,
    a100,
    { gpuMemoryUtilization: 0.65, contextLength: 131_072 },
    { kvGiB: 36.56 },
  ),
  memory(
    "vLLM baseline notes, session 2, Llama 3.1 8B on A100",
    "0.31.0",
    { ...llama8, weightsGiB: 15 },
    a100,
    { gpuMemoryUtilization: 0.92, contextLength: 131_072 },
    { kvGiB: 56.21, tokens: 460_496 },
  ),
  // Without its row of gpt-oss-120b, whose parts aren't its sum.
  ...(
    [
      [{ ...gptOss20, weightsGiB: 13.47 }, 1, 50.28],
      [{ ...llama70, quantization: "compressed-tensors-fp8", weightsGiB: 67.76 }, 2, 32],
      [{ ...llama8, weightsGiB: 14.99 }, 1, 51.38],
      [qwen06, 1, 64.45],
      [qwen32, 1, 4.45],
      [qwen32, 2, 34.49],
    ] as const
  ).map(([model, tensorParallel, kvGiB]) =>
    memory(
      "llm-d-benchmark",
      "0.11.0",
      model,
      h100,
      // The API server's default on this GPU.
      { gpuMemoryUtilization: 0.9, contextLength: 16_000, tensorParallel, concurrentSequences: 1024 },
      { kvGiB },
    ),
  ),
];

/**
 * Half of the sources, by their hash, is never used for fitting constants.
 * @returns those to fit, or those to validate with
 */
export function memoryLogs(which: "fitted" | "held out"): readonly MeasuredMemory[] {
  return logs.filter(({ source }) => isHeldOut(source) === (which === "held out"));
}

function isHeldOut(source: string): boolean {
  return Number.parseInt(createHash("sha256").update(source).digest("hex").charAt(0), 16) < 8;
}
