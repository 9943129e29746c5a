import { describe, expect, it } from "vitest";
import type { ModelShape } from "../../../components/capacity/model-shape.ts";
import { shapeProblems } from "../../../components/capacity/plausible-shape.ts";
import { measuredMemory, measuredThroughput } from "../../../scripts/bench/measured.ts";
import { deepSeekV3, llama31of8B, qwen3of8B, qwen3of14BAwq } from "./models.ts";

const gptOss: ModelShape = {
  quantization: "mxfp4",
  weightsGiB: 60.8,
  layers: 36,
  heads: 64,
  kvHeads: 8,
  headDimension: 64,
  hiddenSize: 2880,
  vocabularySize: 201_088,
  parametersB: 116.8,
  activeParametersB: 5.1,
};
const published = [
  llama31of8B,
  qwen3of8B,
  qwen3of14BAwq,
  deepSeekV3,
  gptOss,
  ...[...measuredMemory, ...measuredThroughput].map(({ model }) => model),
];
const fields = (model: ModelShape) => shapeProblems(model).map(({ field }) => field);

describe("a shape and its own redundancy", () => {
  it("agree for every published model", () => {
    for (const model of published) expect([model, fields(model)]).toEqual([model, []]);
  });

  it("contradict each other where a digit of the weights is missing", () => {
    for (const model of published)
      for (const factor of [0.1, 10]) {
        const [problem] = shapeProblems({ ...model, weightsGiB: model.weightsGiB * factor });
        expect([model, problem?.field]).toEqual([model, "weightsGiB"]);
      }
  });

  it("contradict each other with three layers, whether or not the parameters are said", () => {
    for (const model of published) {
      if (model.hiddenSize === undefined) continue;
      expect([model, fields({ ...model, layers: 3 })]).toEqual([model, ["layers"]]);
      expect(fields({ ...model, layers: 3, parametersB: undefined, activeParametersB: undefined })).toEqual([
        "layers",
      ]);
    }
  });

  it("say what would agree", () => {
    expect(shapeProblems({ ...qwen3of8B, weightsGiB: 1.5 })[0]?.message).toBe(
      "8.19 billion parameters in none take about 15.3 GiB; correct weightsGiB, parametersB or quantization",
    );
    expect(shapeProblems({ ...qwen3of8B, layers: 3 })[0]?.message).toContain("make about 34 layers");
    expect(fields({ ...qwen3of8B, kvHeads: 5 })).toEqual(["kvHeads"]);
    expect(fields({ ...qwen3of8B, headDimension: 1280 })).toEqual(["heads"]);
  });
});
