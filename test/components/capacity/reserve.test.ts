import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Gpu, gpus } from "../../../components/capacity/gpus.ts";
import { profiledReserve } from "../../../components/capacity/reserve.ts";
import { llama31of8B, qwen3of14BAwq, served } from "./models.ts";

describe("what the engine takes beside weights and KV cache", () => {
  it("is within its band of what vLLM 0.28 logged for Qwen3-14B-AWQ on an L40S", () => {
    const logged = {
      contextLength: 1024,
      concurrentSequences: 8,
      batchedTokens: 8192,
      gpuMemoryUtilization: 0.95,
    };
    const { gib, bandGiB } = profiledReserve(served(qwen3of14BAwq, "l40s", logged, "0.28.0"));
    const loggedGiB = 0.95 * 44.4 - 9.44 - 31.02;
    expect(Math.abs(gib - loggedGiB)).toBeLessThan(bandGiB);
  });

  it("grows with the tokens of a step and with the sequences", () => {
    const tokens = fc.integer({ min: 16, max: 32_768 });
    const sequences = fc.integer({ min: 1, max: 512 });
    fc.assert(
      fc.property(tokens, tokens, sequences, sequences, (a, b, c, d) => {
        const [fewer, more] = [
          { batchedTokens: Math.min(a, b), concurrentSequences: Math.min(c, d) },
          { batchedTokens: Math.max(a, b), concurrentSequences: Math.max(c, d) },
        ].map((limits) => profiledReserve(served(llama31of8B, "h100", limits)).gib);
        expect(more).toBeGreaterThanOrEqual(fewer ?? Number.NaN);
      }),
    );
  });

  it("shrinks on each GPU of a larger group, but not to a share", () => {
    const on = (tensorParallel: number) =>
      profiledReserve(served(llama31of8B, "h100", { tensorParallel, batchedTokens: 16_384 })).gib;
    expect(on(2)).toBeLessThan(on(1));
    expect(on(8)).toBeLessThan(on(2));
    expect(on(8)).toBeGreaterThan(on(1) / 8);
  });

  it("holds the CUDA graphs since vLLM 0.21 only", () => {
    const at = (version: string) => profiledReserve(served(llama31of8B, "l40s", {}, version)).gib;
    expect(at("0.20.2")).toBeLessThan(at("0.21.0"));
    expect([at("0.31.0"), at("1.0.0")]).toEqual([at("0.21.0"), at("0.21.0")]);
  });

  const b200: Gpu = { ...gpus.h200, product: "NVIDIA B200", visibleGiB: 178, computeCapability: 100 };
  it.each<[string, Gpu, string, number, number]>([
    ["an A10G", gpus.a10g, "0.31.0", 8192, 2048],
    ["an L40S", gpus.l40s, "0.31.0", 8192, 2048],
    ["an H100", gpus.h100, "0.31.0", 8192, 8192],
    ["a large GPU before Hopper", { ...gpus.h100, computeCapability: 80 }, "0.31.0", 8192, 2048],
    ["a B200", b200, "0.31.0", 8192, 16_384],
    ["the first engine", gpus.h100, "0.7.3", 8192, 8192],
    ["the first engine with a short context", gpus.h100, "0.7.3", 1024, 2048],
    ["the first engine with a long context", gpus.h100, "0.7.3", 65_536, 512],
  ])("counts the default step of %s", (_, gpu, version, contextLength, tokens) => {
    const args = served(llama31of8B, "h100", { contextLength }, version);
    expect(profiledReserve({ ...args, gpu }).batchedTokens).toBe(tokens);
  });

  it("counts a given step", () => {
    expect(profiledReserve(served(llama31of8B, "h100", { batchedTokens: 4096 })).batchedTokens).toBe(4096);
  });
});
