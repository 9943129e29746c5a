import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replicaUsdPerHour, tokenCost } from "../../../components/capacity/cost.ts";
import { gpus } from "../../../components/capacity/gpus.ts";
import { instanceType } from "../../../components/capacity/instances.ts";
import { throughput } from "../../../components/capacity/throughput.ts";

const llama = {
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
const limits = {
  contextLength: 32_768,
  concurrentSequences: 256,
  tensorParallel: 1,
  gpuMemoryUtilization: 0.9,
  kvCacheDtype: "auto",
};
const on = (gpu = gpus.h100, model: object = {}) => ({
  model: { ...llama, ...model },
  limits,
  engine: { version: "0.31.0" },
  gpu,
});
const load = { concurrency: 8, promptTokens: 1000, answerTokens: 250 };
const pool = 400_000;

describe("the throughput of a replica", () => {
  it("runs no more sequences than the KV cache holds", () => {
    expect(throughput(on(), { ...load, concurrency: 100 }, 12_500).running).toBe(10);
    expect(throughput(on(), { ...load, concurrency: 1000 }, pool).running).toBe(256);
  });

  it("grows with concurrency, while each answer slows down", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), (concurrency) => {
        const [few, more] = [concurrency, concurrency + 1].map((users) =>
          throughput(on(), { ...load, concurrency: users }, pool),
        );
        expect(more?.outputTokensPerSecond).toBeGreaterThan(
          few?.outputTokensPerSecond ?? Number.POSITIVE_INFINITY,
        );
        expect(more?.perTokenSeconds).toBeGreaterThan(few?.perTokenSeconds ?? Number.POSITIVE_INFINITY);
      }),
    );
  });

  it("gains from fewer bits per weight, from a faster GPU, and from prompts that are cached", () => {
    const plain = throughput(on(), load, pool).outputTokensPerSecond;
    const quantized = on(gpus.h100, { quantization: "awq", weightsGiB: 5.3 });
    expect(throughput(quantized, load, pool).outputTokensPerSecond).toBeGreaterThan(1.5 * plain);
    expect(throughput(on(gpus.a10g), load, 34_000).outputTokensPerSecond).toBeLessThan(plain / 3);
    expect(throughput(on(), { ...load, prefixHits: 0.95 }, pool).firstTokenSeconds).toBeLessThan(
      throughput(on(), load, pool).firstTokenSeconds,
    );
  });

  it("reads only the experts that its sequences choose", () => {
    const experts = on(gpus.h100, { activeParametersB: 1 });
    const one = throughput(experts, { ...load, concurrency: 1 }, pool).perTokenSeconds;
    expect(one).toBeLessThan(throughput(on(), { ...load, concurrency: 1 }, pool).perTokenSeconds / 3);
  });
});

describe("the cost of tokens", () => {
  it("is the replica's whole price, shared between prompts and answers", () => {
    const estimate = throughput(on(), load, pool);
    const { usdPerMillionInput, usdPerMillionOutput } = tokenCost(3.6, estimate);
    const perSecond =
      (usdPerMillionInput * estimate.inputTokensPerSecond +
        usdPerMillionOutput * estimate.outputTokensPerSecond) /
      1e6;
    expect(perSecond).toBeCloseTo(0.001, 9);
  });

  it("counts a replica's part of a node that holds several", () => {
    const p5 = instanceType("p5.48xlarge");
    expect(p5 && replicaUsdPerHour(p5, 2)).toBeCloseTo(55.04 / 4);
    expect(p5 && replicaUsdPerHour(p5, 16)).toBeUndefined();
  });
});
