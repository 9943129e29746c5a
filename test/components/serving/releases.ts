import type { Release } from "../../../components/serving/release.ts";

/** A release that says only what it must. */
export const chat: Release = {
  servedName: "chat",
  model: {
    repository: "Qwen/Qwen3-8B-AWQ",
    revision: "4da05a8edb55c6046cce958586c33b61da07bb79",
    quantization: "awq",
    weightsGiB: 5.68,
    layers: 36,
    kvHeads: 8,
    headDimension: 128,
    maxPositions: 40_960,
  },
  engine: { kind: "vllm", version: "0.31.0", image: `vllm/vllm-openai@sha256:${"0".repeat(64)}` },
  limits: {
    contextLength: 16_384,
    concurrentSequences: 32,
    tensorParallel: 1,
    gpuMemoryUtilization: 0.9,
    kvCacheDtype: "auto",
  },
};
