import { describe, expect, it } from "vitest";
import { type GpuName, gpus } from "../../../components/capacity/gpus.ts";
import type { ModelShape } from "../../../components/capacity/model-shape.ts";
import { quantizedSplitProblems } from "../../../components/capacity/quantized-split.ts";
import { deepSeekV3, llama31of8B } from "./models.ts";

const fp8 = { quantization: "fp8", weightBlock: 128 };
/** Widths from each model's config.json. */
const qwen30: ModelShape = {
  ...llama31of8B,
  ...fp8,
  layers: 48,
  kvHeads: 4,
  hiddenSize: 2048,
  expertSize: 768,
};
const coder480: ModelShape = {
  ...llama31of8B,
  ...fp8,
  layers: 62,
  heads: 96,
  kvHeads: 8,
  hiddenSize: 6144,
  expertSize: 2560,
};
const deepSeek: ModelShape = { ...deepSeekV3, ...fp8, feedForwardSize: 18_432, expertSize: 2048 };
const qwen72: ModelShape = {
  ...llama31of8B,
  quantization: "gptq",
  weightGroup: 128,
  layers: 80,
  heads: 64,
  hiddenSize: 8192,
  feedForwardSize: 29_568,
};
const qwen7: ModelShape = {
  ...llama31of8B,
  quantization: "awq",
  weightGroup: 128,
  heads: 28,
  kvHeads: 4,
  hiddenSize: 3584,
  feedForwardSize: 18_944,
};
const experts4bit: ModelShape = { ...qwen30, weightBlock: undefined, weightGroup: 128, quantization: "awq" };

const problems = (
  model: ModelShape,
  tensorParallel: number,
  gpu: GpuName = "h100",
  engineVersion = "0.31.0",
) => quantizedSplitProblems({ model, tensorParallel, engineVersion, gpu: gpus[gpu] });

describe("quantized weights shared out over GPUs", () => {
  it.each<[string, ModelShape, number, GpuName, string]>([
    ["whole experts", qwen30, 1, "l40s", "0.28.0"],
    ["experts of three blocks", qwen30, 2, "l40s", "0.28.0"],
    ["blocks that a later version halves", qwen30, 4, "l40s", "0.31.0"],
    ["blocks that a later version quarters", qwen30, 8, "h100", "0.33.0"],
    ["Qwen3-Coder-480B on eight H200", coder480, 8, "h200", "0.31.0"],
    ["DeepSeek-R1 on eight H200", deepSeek, 8, "h200", "0.31.0"],
    ["AWQ with groups that divide", qwen7, 4, "a10g", "0.31.0"],
    ["GPTQ on one GPU", qwen72, 1, "h100", "0.31.0"],
    ["experts in 4 bits with smaller groups", experts4bit, 8, "l40s", "0.31.0"],
    ["a shape that a release doesn't say", llama31of8B, 8, "h100", "0.31.0"],
  ])("are whole: %s", (_, model, tensorParallel, gpu, version) => {
    expect(problems(model, tensorParallel, gpu, version)).toEqual([]);
  });

  it.each<[string, ModelShape, number, GpuName, string, string]>([
    ["experts before the engine halved blocks", qwen30, 4, "l40s", "0.28.0", "an expert of 192 on each GPU"],
    ["experts on a GPU without FP8 kernels", qwen30, 4, "a10g", "0.31.0", "an expert of 192 on each GPU"],
    ["experts with blocks below 32", { ...qwen30, expertSize: 336 }, 2, "h100", "0.31.0", "an expert of 168"],
    [
      "experts of compressed-tensors, which aren't halved",
      { ...qwen30, quantization: "compressed-tensors-fp8" },
      4,
      "h100",
      "0.31.0",
      "an expert of 192",
    ],
    ["Qwen2.5-72B in groups", qwen72, 2, "h100", "0.31.0", "a feed-forward layer of 14784 on each GPU"],
    ["the same in blocks", { ...qwen72, ...fp8, weightGroup: undefined }, 2, "h100", "0.31.0", "14784"],
    ["keys of small heads", { ...qwen30, headDimension: 64 }, 4, "h100", "0.31.0", "keys and values of 64"],
  ])("aren't whole: %s", (_, model, tensorParallel, gpu, version, problem) => {
    const [first] = problems(model, tensorParallel, gpu, version);
    expect(first).toContain(problem);
    expect(first).toContain(`(tensorParallel ${tensorParallel}); take a smaller tensorParallel`);
  });
});
