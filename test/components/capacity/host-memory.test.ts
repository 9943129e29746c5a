import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type HostMemoryArgs,
  hostMemory,
  sharedMemoryGiB,
  streamerBytes,
} from "../../../components/capacity/host-memory.ts";
import { llama31of8B, qwen3of8B } from "./models.ts";

const args = (changed: Partial<HostMemoryArgs> = {}): HostMemoryArgs => ({
  model: qwen3of8B,
  engine: { kind: "vllm" },
  gpus: 1,
  streamed: true,
  ...changed,
});

describe("the weight streamer's buffer", () => {
  it("is 2 GiB, and larger where a tensor wouldn't fit into that", () => {
    expect(streamerBytes(qwen3of8B)).toBe(2 * 2 ** 30);
    const vocabularySize = 262_144;
    const wide = { ...llama31of8B, weightsGiB: 100, hiddenSize: 8192, vocabularySize };
    expect(streamerBytes(wide)).toBeGreaterThan(vocabularySize * 8192 * 2);
    expect(streamerBytes(wide)).toBeLessThan(1.1 * vocabularySize * 8192 * 2);
  });

  it("holds the experts of a layer that are stored as one tensor", () => {
    // Llama 4 Scout: 16 experts of 5120 × 16,384 for gate and up, in 16 bits.
    const scout = {
      ...llama31of8B,
      weightsGiB: 203,
      layers: 48,
      hiddenSize: 5120,
      vocabularySize: 202_048,
      parametersB: 109,
      activeParametersB: 17,
    };
    expect(streamerBytes(scout)).toBeGreaterThan(16 * 5120 * 16_384 * 2);
  });
});

describe("the memory of a node that a replica takes", () => {
  it("is a sum whose terms it names", () => {
    expect(hostMemory(args())).toEqual({
      gib: expect.closeTo(2 + 1.159 + 6 + 1 + 1, 2),
      sum:
        "2.0 for the weight streamer (1 × 2.0) + 1.2 for the largest tensor of each process (1 × 1.2) + " +
        "6.0 for the engine + 1.0 for compilation + 1.0 for /dev/shm",
    });
  });

  it("counts a process for each GPU", () => {
    expect(hostMemory(args({ gpus: 8 })).gib).toBeCloseTo(8 * (2 + 1.159) + 6 + 7 * 4 + 1 + 16, 1);
    expect(sharedMemoryGiB(8)).toBe(16);
  });

  it("has no buffer where the weights are files, and no processes of GPUs under Ollama", () => {
    expect(hostMemory(args({ streamed: false })).sum).not.toContain("streamer");
    expect(hostMemory(args({ engine: { kind: "ollama" }, streamed: false }))).toEqual({
      gib: 11,
      sum: "10.0 for Ollama and its prompt cache + 1.0 for /dev/shm",
    });
  });

  it("doesn't grow with the weights, but with GPUs and with the largest tensor", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 2, max: 500 }), (gpus, weightsGiB) => {
        const { gib } = hostMemory(args({ gpus }));
        expect(hostMemory(args({ gpus, model: { ...qwen3of8B, weightsGiB } })).gib).toBeCloseTo(gib, 5);
        expect(hostMemory(args({ gpus: gpus + 1 })).gib).toBeGreaterThan(gib);
      }),
    );
  });
});
