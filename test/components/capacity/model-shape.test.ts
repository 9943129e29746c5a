import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ModelShape, widths } from "../../../components/capacity/model-shape.ts";
import { deepSeekV3, llama31of8B, qwen3of8B, qwen3of14BAwq } from "./models.ts";

/** Billions of parameters and the width of the feed-forward product, from the models' cards and configurations. */
const published: [string, ModelShape, number, number][] = [
  ["Llama 3.1 8B", llama31of8B, 8.03, 14_336],
  ["Qwen3 8B", qwen3of8B, 8.19, 12_288],
  ["Qwen3 14B in 4 bits", qwen3of14BAwq, 14.77, 17_408],
];

describe("the widths of a model", () => {
  it.each(published)(
    "are those of %s where its release names its sizes",
    (_, model, billions, feedForward) => {
      const found = widths(model);
      expect(found.hidden).toBe(model.hiddenSize);
      expect(found.parameters).toBeCloseTo(billions * 1e9, -3);
      expect(Math.abs(found.feedForward / feedForward - 1)).toBeLessThan(0.001);
    },
  );

  it.each(published)(
    "are within 3 %% of %s where only weights and heads are known",
    (_, model, billions, feedForward) => {
      const { hiddenSize: _hidden, parametersB: _parameters, ...rest } = model;
      const found = widths(rest);
      expect(found.hidden).toBe(model.hiddenSize);
      expect(Math.abs(found.parameters / (billions * 1e9) - 1)).toBeLessThan(0.03);
      expect(Math.abs(found.feedForward / feedForward - 1)).toBeLessThan(0.03);
    },
  );

  it("are near where not even the heads are known", () => {
    const { hiddenSize: _hidden, parametersB: _parameters, heads: _heads, ...rest } = llama31of8B;
    expect(Math.abs(widths(rest).hidden / 4096 - 1)).toBeLessThan(0.15);
  });

  it("of a mixture of experts are those that one token passes through", () => {
    const found = widths(deepSeekV3);
    expect(found.activeParameters).toBe(37e9);
    expect(found.parameters).toBe(671e9);
    expect(found.feedForward).toBeLessThan(widths({ ...deepSeekV3, activeParametersB: 671 }).feedForward);
  });

  it("assume the larger of the common vocabularies, and take a given one", () => {
    const { vocabularySize: _, ...rest } = llama31of8B;
    expect(widths(rest).vocabulary).toBe(151_936);
    expect(widths(llama31of8B).vocabulary).toBe(128_256);
  });

  it("are finite and above zero for every model that a release may describe", () => {
    const count = (max: number) => fc.integer({ min: 1, max });
    const shapes = fc.record(
      {
        quantization: fc.constantFrom("none", "awq", "fp8", "no such method"),
        weightsGiB: fc.double({ min: 0.01, max: 1500, noNaN: true }),
        layers: count(200),
        heads: count(256),
        kvHeads: count(128),
        headDimension: count(512),
        hiddenSize: count(20_000),
        vocabularySize: count(300_000),
        parametersB: fc.double({ min: 0.01, max: 2000, noNaN: true }),
        activeParametersB: fc.double({ min: 0.01, max: 200, noNaN: true }),
      },
      { requiredKeys: ["quantization", "weightsGiB", "layers", "kvHeads", "headDimension"] },
    );
    fc.assert(
      fc.property(shapes, (model) => {
        const { hidden, feedForward, vocabulary, activeParameters, parameters } = widths(model);
        for (const value of [hidden, feedForward, vocabulary, activeParameters, parameters]) {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeLessThan(Number.POSITIVE_INFINITY);
        }
      }),
    );
  });
});
