import { type GpuName, gpus } from "../../../components/capacity/gpus.ts";
import type { ModelShape } from "../../../components/capacity/model-shape.ts";
import type { MemoryFitArgs, ServingLimits } from "../../../components/capacity/serving-limits.ts";

/** Published shapes of models, from their repositories' `config.json`. */
export const qwen3of14BAwq: ModelShape = {
  quantization: "awq",
  weightsGiB: 9.44,
  layers: 40,
  heads: 40,
  kvHeads: 8,
  headDimension: 128,
  hiddenSize: 5120,
  vocabularySize: 151_936,
  parametersB: 14.77,
};

export const llama31of8B: ModelShape = {
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

export const qwen3of8B: ModelShape = {
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

/** Multi-head latent attention: 512 elements and 64 for the position. */
export const deepSeekV3: ModelShape = {
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

/** A model as it is served, with some of its limits changed. */
export function served(
  model: ModelShape,
  gpu: GpuName,
  changed: Partial<ServingLimits> = {},
  version = "0.31.0",
): MemoryFitArgs {
  return {
    model,
    gpu: gpus[gpu],
    engine: { version },
    limits: {
      contextLength: 8192,
      concurrentSequences: 32,
      tensorParallel: 1,
      gpuMemoryUtilization: 0.9,
      kvCacheDtype: "auto",
      ...changed,
    },
  };
}
