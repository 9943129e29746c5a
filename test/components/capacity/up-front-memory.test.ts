import { describe, expect, it } from "vitest";
import { gpus } from "../../../components/capacity/gpus.ts";
import { memoryFit } from "../../../components/capacity/memory.ts";
import type { ServingLimits } from "../../../components/capacity/serving-limits.ts";
import { stepBuffersGiB } from "../../../components/capacity/up-front-memory.ts";
import { qwen3of8B, served } from "./models.ts";

const gguf = { ...qwen3of8B, quantization: "gguf-q4_k_m", weightsGiB: 4.68 };
const memory = (limits: Partial<ServingLimits>) =>
  memoryFit({ ...served(gguf, "a10g", limits), engine: { kind: "ollama", version: "0.34.0" } });

describe("the memory of Ollama", () => {
  it("holds the whole context of every parallel request from the start", () => {
    // 36 layers × 8 heads × 128 elements × 2 × 2 bytes = 144 KiB a token: 72 GiB for 32 × 16,384.
    const many = memory({ contextLength: 16_384, concurrentSequences: 32 });
    expect(many.fits).toBe(false);
    expect(many.reason).toBe(
      "Ollama allocates 32 × 16384 tokens of context when it loads the model: 72.00 GiB, and 4.68 GiB of weights and " +
        "1.32 GiB of buffers leave 16.03 GiB of the 22.03 GiB of each NVIDIA A10G; set concurrentSequences to 7 or " +
        "less, or lower contextLength",
    );
    expect(memory({ contextLength: 16_384, concurrentSequences: 7 }).fits).toBe(true);
    expect(memory({ contextLength: 16_384, concurrentSequences: 8 }).fits).toBe(false);
  });

  it.each([
    // [ollama#10765, memory.graph.full="517.0 MiB"]
    ["Gemma 3 4B", { hiddenSize: 2560, vocabularySize: 262_144 }, 517.0],
    // [ollama#10823, memory.graph.full="522.5 MiB"]
    ["Gemma 3 27B", { hiddenSize: 5376, vocabularySize: 262_144 }, 522.5],
  ])("has the buffers of one step as Ollama logged them: %s", (_, widths, mib) => {
    expect(1024 * stepBuffersGiB({ ...gguf, ...widths })).toBeCloseTo(mib, 0);
  });

  it("isn't bounded by the share that vLLM takes", () => {
    expect(memory({ gpuMemoryUtilization: 0.5 }).requestedGiB).toBe(gpus.a10g.visibleGiB);
  });
});
