import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gpus } from "../../../components/capacity/gpus.ts";
import { memoryFit } from "../../../components/capacity/memory.ts";
import type { MemoryFitArgs } from "../../../components/capacity/serving-limits.ts";

const qwen: MemoryFitArgs = {
  model: {
    quantization: "awq",
    weightsGiB: 5.68,
    layers: 36,
    heads: 32,
    kvHeads: 8,
    headDimension: 128,
    hiddenSize: 4096,
    vocabularySize: 151_936,
    parametersB: 8.19,
  },
  limits: {
    contextLength: 16_384,
    concurrentSequences: 32,
    tensorParallel: 1,
    gpuMemoryUtilization: 0.9,
    kvCacheDtype: "auto",
  },
  engine: { version: "0.31.0" },
  gpu: gpus.a10g,
};

const limited = (limits: Partial<MemoryFitArgs["limits"]>) =>
  memoryFit({ ...qwen, limits: { ...qwen.limits, ...limits } });

describe("the memory of one GPU", () => {
  it("is what the engine asks for, shared out among weights, reserve and KV cache", () => {
    const fit = memoryFit(qwen);
    expect(fit.requestedGiB).toBeCloseTo(0.9 * 22.03);
    expect(fit.weightsGiB + fit.reserveGiB + fit.kvGiB).toBeCloseTo(fit.requestedGiB);
    expect(fit.fits).toBe(true);
  });

  it.each([
    ["grouped-query", {}, 147_456],
    ["grouped-query over two GPUs", { limits: { tensorParallel: 2 } }, 73_728],
    ["FP8 keys and values", { limits: { kvCacheDtype: "fp8" } }, 73_728],
  ])("costs a token of %s what its heads keep", (_name, { limits = {} }: { limits?: object }, bytes) => {
    expect(limited(limits).bytesPerToken).toBe(bytes);
  });

  it("keeps a latent of multi-head latent attention whole on every GPU", () => {
    const mla = { ...qwen.model, attention: { kind: "mla", latentDimension: 576 } as const };
    const on = (tensorParallel: number) =>
      memoryFit({ ...qwen, model: mla, limits: { ...qwen.limits, tensorParallel } }).bytesPerToken;
    expect(on(1)).toBe(36 * 576 * 2);
    expect(on(4)).toBe(on(1));
  });

  it("tells layers that keep a window from layers that keep everything", () => {
    const window = {
      ...qwen.model,
      attention: { kind: "sliding-window", window: 1024, slidingLayers: 18 } as const,
    };
    expect(memoryFit({ ...qwen, model: window }).concurrentSequences).toBeGreaterThan(
      1.5 * memoryFit(qwen).concurrentSequences,
    );
  });

  it("refuses an attention layout that it doesn't know", () => {
    const strange = { ...qwen.model, attention: { kind: "holographic" } as never };
    expect(memoryFit({ ...qwen, model: strange })).toMatchObject({
      fits: false,
      reason: expect.stringContaining('attention layout "holographic" is unknown'),
    });
  });

  it("says how far a context is too long", () => {
    expect(limited({ contextLength: 262_144 })).toMatchObject({
      fits: false,
      reason: expect.stringMatching(
        /^no room for one sequence of 262144 tokens: .*set contextLength to \d+ or less/,
      ),
    });
  });

  it("never shrinks with more of the GPU, nor grows with a longer context", () => {
    const utilization = fc.double({ min: 0.5, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(utilization, utilization, fc.integer({ min: 512, max: 40_960 }), (a, b, contextLength) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((gpuMemoryUtilization) =>
          limited({ gpuMemoryUtilization, contextLength }),
        );
        expect(more?.kvGiB).toBeGreaterThanOrEqual(less?.kvGiB ?? 0);
        expect(limited({ contextLength: contextLength + 512 }).concurrentSequences).toBeLessThanOrEqual(
          limited({ contextLength }).concurrentSequences,
        );
      }),
    );
  });
});
