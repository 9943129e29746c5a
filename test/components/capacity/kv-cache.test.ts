import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KvSharding, sequenceState } from "../../../components/capacity/kv-cache.ts";
import type { AttentionLayout, ModelShape } from "../../../components/capacity/model-shape.ts";
import { deepSeekV3, llama31of8B, qwen3of8B } from "./models.ts";

const alone: KvSharding = {
  tensorParallel: 1,
  pipelineParallel: 1,
  kvCacheDtype: "auto",
  batchedTokens: 2048,
};
const mib = 2 ** 20;

describe("the attention state of a sequence", () => {
  it.each([
    ["Llama 3.1 8B", llama31of8B, 131_072],
    ["Qwen3 8B", qwen3of8B, 147_456],
    ["DeepSeek V3", deepSeekV3, 70_272],
  ])("costs the published bytes for one token of %s", (_, model, bytes) => {
    expect(sequenceState(model, alone).bytesPerToken).toBe(bytes);
  });

  it("is handed out in blocks of 16 tokens", () => {
    const { bytesAt } = sequenceState(llama31of8B, alone);
    expect([0, 1, 16, 17, 32].map((tokens) => bytesAt(tokens) / 131_072)).toEqual([0, 16, 16, 32, 32]);
  });

  it("is shared by GPUs up to the number of its heads, and copied beyond", () => {
    const at = (tensorParallel: number) =>
      sequenceState(llama31of8B, { ...alone, tensorParallel }).bytesPerToken;
    expect([1, 2, 4, 8, 16].map(at)).toEqual([131_072, 65_536, 32_768, 16_384, 16_384]);
  });

  it("of latent attention is the same on every GPU of a tensor-parallel group", () => {
    const at = (tensorParallel: number) =>
      sequenceState(deepSeekV3, { ...alone, tensorParallel }).bytesPerToken;
    expect([at(8), at(16)]).toEqual([at(1), at(1)]);
  });

  it("lies on the GPU with the most layers of a pipeline", () => {
    const at = (pipelineParallel: number) =>
      sequenceState(llama31of8B, { ...alone, pipelineParallel }).bytesPerToken;
    expect(at(2)).toBe(131_072 / 2);
    // 32 layers in three stages: the fullest has 11.
    expect(at(3)).toBe((131_072 / 32) * 11);
  });

  it("takes half in 8 bits", () => {
    for (const kvCacheDtype of ["fp8", "fp8_e4m3", "fp8_e5m2"]) {
      expect(sequenceState(llama31of8B, { ...alone, kvCacheDtype }).bytesPerToken).toBe(65_536);
    }
  });

  describe("with a sliding window", () => {
    const model: ModelShape = {
      ...llama31of8B,
      attention: { kind: "sliding-window", window: 1024, slidingLayers: 16 },
    };
    const { bytesPerToken, bytesAt } = sequenceState(model, alone);

    it("grows with all layers while the window isn't full", () => {
      expect(bytesAt(512)).toBe(512 * 131_072);
    });

    it("grows with the other layers beyond the window and one step", () => {
      expect(bytesPerToken).toBe(65_536);
      expect(bytesAt(16_384) - bytesAt(8192)).toBe(8192 * 65_536);
      // 1023 + 2048 tokens in whole blocks, and the block in which the window begins.
      expect(bytesAt(8192) - 8192 * 65_536).toBe((3072 + 16) * 65_536);
    });
  });

  it("of a hybrid has a part that doesn't grow, shared by all GPUs", () => {
    const model: ModelShape = {
      ...llama31of8B,
      attention: { kind: "hybrid", attentionLayers: 8, stateMiBPerSequence: 24 },
    };
    const { bytesPerToken, bytesAt } = sequenceState(model, alone);
    expect(bytesPerToken).toBe(131_072 / 4);
    expect(bytesAt(0)).toBe(24 * mib);
    expect(bytesAt(1600)).toBe(24 * mib + (1600 * 131_072) / 4);
    expect(sequenceState(model, { ...alone, tensorParallel: 2, pipelineParallel: 3 }).bytesAt(0)).toBe(
      4 * mib,
    );
  });

  it("never shrinks with more tokens and is never below the layers that keep everything", () => {
    const layouts = fc.constantFrom<AttentionLayout>(
      { kind: "grouped-query" },
      { kind: "mla", latentDimension: 576 },
      { kind: "sliding-window", window: 1024, slidingLayers: 16 },
      { kind: "hybrid", attentionLayers: 8, stateMiBPerSequence: 24 },
    );
    const tokens = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(layouts, tokens, tokens, (attention, a, b) => {
        const { bytesAt, bytesPerToken } = sequenceState({ ...llama31of8B, attention }, alone);
        expect(bytesAt(Math.max(a, b))).toBeGreaterThanOrEqual(bytesAt(Math.min(a, b)));
        expect(bytesAt(a)).toBeGreaterThanOrEqual(a * bytesPerToken);
      }),
    );
  });

  it("can't be computed for what isn't known", () => {
    expect(() => sequenceState(llama31of8B, { ...alone, kvCacheDtype: "int3" })).toThrow(
      new RangeError('KV cache type "int3" is unknown'),
    );
    const attention = { kind: "linear" } as unknown as AttentionLayout;
    expect(() => sequenceState({ ...llama31of8B, attention }, alone)).toThrow(
      new RangeError(
        'attention layout "linear" is unknown, so its memory can\'t be computed; ' +
          "known: grouped-query, mla, sliding-window, hybrid",
      ),
    );
  });
});
