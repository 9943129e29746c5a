import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryFit } from "../../../components/capacity/memory.ts";
import type { AttentionLayout } from "../../../components/capacity/model-shape.ts";
import { deepSeekV3, llama31of8B, qwen3of8B, qwen3of14BAwq, served } from "./models.ts";

const shares = fc.integer({ min: 50, max: 95 }).map((percent) => percent / 100);
const contexts = fc.integer({ min: 16, max: 131_072 });

describe("the memory of a replica", () => {
  it("comes within 3 % of what vLLM 0.28 logged for Qwen3-14B-AWQ on an L40S", () => {
    const logged = {
      contextLength: 1024,
      concurrentSequences: 8,
      batchedTokens: 8192,
      gpuMemoryUtilization: 0.95,
    };
    const fit = memoryFit(served(qwen3of14BAwq, "l40s", logged, "0.28.0"));
    expect(fit.fits).toBe(true);
    expect(Math.abs(fit.kvGiB / 31.02 - 1)).toBeLessThan(0.03);
    expect(Math.abs(fit.freeKvTokens / 203_264 - 1)).toBeLessThan(0.03);
    // The logged cache and its tokens say what one token costs, within a block's rounding.
    expect(fit.bytesPerToken).toBe(163_840);
  });

  it.each([
    ["Llama 3.1 8B", llama31of8B, 131_072],
    ["Qwen3 8B", qwen3of8B, 147_456],
    ["DeepSeek V3", deepSeekV3, 61 * 576 * 2],
  ])("takes the published bytes for one token of %s", (_, model, bytes) => {
    expect(memoryFit(served(model, "h200")).bytesPerToken).toBe(bytes);
  });

  it("is shared out completely", () => {
    const { requestedGiB, weightsGiB, reserveGiB, kvGiB } = memoryFit(served(llama31of8B, "l40s"));
    expect(requestedGiB).toBeCloseTo(0.9 * 44.39);
    expect(weightsGiB).toBe(14.96);
    expect(weightsGiB + reserveGiB + kvGiB).toBeCloseTo(requestedGiB);
  });

  it("has more room for the KV cache the more of the GPU the engine may take", () => {
    fc.assert(
      fc.property(shares, shares, (a, b) => {
        fc.pre(a < b);
        const [less, more] = [a, b].map((gpuMemoryUtilization) =>
          memoryFit(served(llama31of8B, "l40s", { gpuMemoryUtilization })),
        );
        expect(more?.kvGiB).toBeGreaterThan(less?.kvGiB ?? Number.NaN);
        expect(more?.freeKvTokens).toBeGreaterThan(less?.freeKvTokens ?? Number.NaN);
      }),
    );
  });

  const layouts = fc.constantFrom<AttentionLayout>(
    { kind: "grouped-query" },
    { kind: "mla", latentDimension: 576 },
    { kind: "sliding-window", window: 4096, slidingLayers: 24 },
    { kind: "hybrid", attentionLayers: 8, stateMiBPerSequence: 25 },
  );

  it("holds no more sequences where the context is longer, whatever the attention", () => {
    fc.assert(
      fc.property(layouts, contexts, contexts, (attention, a, b) => {
        fc.pre(a < b);
        const [short, long] = [a, b].map((contextLength) =>
          memoryFit(served({ ...llama31of8B, attention }, "l40s", { contextLength })),
        );
        expect(long?.concurrentSequences).toBeLessThanOrEqual(short?.concurrentSequences ?? Number.NaN);
      }),
    );
  });

  it("fits exactly where one sequence of the full context does, and says why where it doesn't", () => {
    fc.assert(
      fc.property(layouts, contexts, shares, (attention, contextLength, gpuMemoryUtilization) => {
        const model = { ...llama31of8B, attention };
        const fit = memoryFit(served(model, "a10g", { contextLength, gpuMemoryUtilization }));
        expect(fit.fits).toBe(fit.concurrentSequences >= 1);
        expect(fit.fits).toBe(fit.reason === undefined);
      }),
    );
  });

  it("has weights shared by tensor parallelism, and less of them on each GPU of a pipeline", () => {
    const weights = (tensorParallel: number, pipelineParallel: number) =>
      memoryFit(served(llama31of8B, "l40s", { tensorParallel, pipelineParallel })).weightsGiB;
    expect(weights(4, 1)).toBeCloseTo(14.96 / 4);
    expect(weights(2, 2)).toBeCloseTo(weights(1, 2) / 2);
    // A stage has half the layers and one of the two vocabulary matrices: for even layers exactly half.
    expect(weights(1, 2)).toBeCloseTo(14.96 / 2);
    // Four stages aren't all alike: the first and last also hold a matrix, so the fullest has more than a quarter.
    expect(weights(1, 4)).toBeGreaterThan(14.96 / 4);
    expect(weights(1, 4)).toBeLessThan(14.96 / 2);
  });

  it("fits twice the tokens when the KV cache is in 8 bits", () => {
    const [sixteen, eight] = ["auto", "fp8"].map((kvCacheDtype) =>
      memoryFit(served(llama31of8B, "l40s", { kvCacheDtype })),
    );
    expect(eight?.bytesPerToken).toBe(65_536);
    expect(eight?.concurrentSequences).toBeCloseTo(2 * (sixteen?.concurrentSequences ?? 0));
  });

  it("is refused with its numbers where the weights alone are too large", () => {
    const fit = memoryFit(served({ ...llama31of8B, weightsGiB: 30 }, "a10g"));
    expect(fit).toMatchObject({
      fits: false,
      kvGiB: 0,
      freeKvTokens: 0,
      concurrentSequences: 0,
      bandPercent: 100,
    });
    expect(fit.reason).toMatch(
      /^doesn't fit: 30\.00 GiB of weights \+ \d\.\d\d GiB for activations, buffers and graphs on each NVIDIA A10G, of 19\.83 GiB \(0\.9 of 22\.03\); take a smaller quantization, a larger tensorParallel or a GPU with more memory$/,
    );
  });

  it("is refused with the way out where the context is too long", () => {
    const fit = memoryFit(served(llama31of8B, "a10g", { contextLength: 131_072 }));
    expect(fit.fits).toBe(false);
    expect(fit.reason).toMatch(
      /^no room for one sequence of 131072 tokens: .*, a sequence takes 16\.00 GiB; set contextLength to \d+ or less, /,
    );
  });

  it("is refused where the attention or the KV cache type isn't known", () => {
    const attention = { kind: "linear" } as unknown as AttentionLayout;
    expect(memoryFit(served({ ...llama31of8B, attention }, "h200"))).toMatchObject({
      fits: false,
      freeKvTokens: 0,
      concurrentSequences: 0,
      reason:
        'attention layout "linear" is unknown, so its memory can\'t be computed; ' +
        "known: grouped-query, mla, sliding-window, hybrid",
    });
    expect(memoryFit(served(llama31of8B, "h200", { kvCacheDtype: "int3" }))).toMatchObject({
      fits: false,
      reason: 'KV cache type "int3" is unknown',
    });
  });

  it("has a wider band where the width of the model had to be guessed", () => {
    const { hiddenSize: _, ...unsized } = llama31of8B;
    const known = memoryFit(served(llama31of8B, "l40s"));
    const guessed = memoryFit(served(unsized, "l40s"));
    expect(guessed.bandGiB).toBeGreaterThan(known.bandGiB);
    expect(known.bandPercent).toBeCloseTo((100 * known.bandGiB) / known.kvGiB);
  });
});
