import { describe, expect, it } from "vitest";
import { type Candidate, candidates, type Demand } from "../../../components/capacity/choose.ts";

const qwen: Demand = {
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
  engine: { version: "0.31.0" },
  contextLength: 16_384,
  requestsPerSecond: 1,
  promptTokens: 1000,
  answerTokens: 250,
  firstTokenSeconds: 2,
  perTokenSeconds: 0.1,
};
const llama: Demand = {
  ...qwen,
  model: {
    ...qwen.model,
    quantization: "fp8",
    weightsGiB: 67.7,
    layers: 80,
    heads: 64,
    hiddenSize: 8192,
    vocabularySize: 128_256,
    parametersB: 70.6,
  },
};

function find(
  all: readonly Candidate[],
  gpu: string,
  gpusPerReplica: number,
  quantization: string,
): Candidate {
  const found = all.find(
    (one) => one.gpu === gpu && one.gpusPerReplica === gpusPerReplica && one.quantization === quantization,
  );
  if (found === undefined) throw new Error(`no candidate ${gpu} × ${gpusPerReplica} ${quantization}`);
  return found;
}

describe("the choice of GPUs", () => {
  it("puts what meets the demand first, cheapest first, and tells of each other one why not", () => {
    const all = candidates(llama);
    const costs = all.flatMap(({ plan }) => plan?.usdPerMonth ?? []);
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    expect(all.slice(0, costs.length).every(({ plan }) => plan !== undefined)).toBe(true);
    expect(all.slice(costs.length).every(({ problem }) => problem !== undefined && problem !== "")).toBe(
      true,
    );
  });

  it("serves a small model on the smallest GPU while little is asked", () => {
    expect(candidates(qwen)[0]).toMatchObject({ gpu: "a10g", gpusPerReplica: 1, instance: "1 × g5.xlarge" });
  });

  it("pays for whole nodes, also where a replica takes part of one", () => {
    expect(find(candidates(llama), "h100", 2, "fp8")).toMatchObject({
      instance: "1 × p5.48xlarge",
      plan: { replicas: 1, usdPerMonth: expect.closeTo(55.04 * 730) },
    });
  });

  it("adds replicas with the load, and leaves room for a burst", () => {
    const plan = find(candidates({ ...qwen, requestsPerSecond: 20 }), "a10g", 1, "awq").plan;
    expect(plan?.replicas).toBe(Math.ceil(20 / (0.7 * (plan?.estimate.requestsPerSecond ?? 0))));
  });

  it("names the objective that is missed, and memory that isn't there", () => {
    expect(find(candidates({ ...llama, perTokenSeconds: 0.005 }), "h100", 2, "fp8").problem).toMatch(
      /^\d+ ms for each token, wanted 5 ms$/,
    );
    expect(
      find(candidates({ ...qwen, promptTokens: 15_000, firstTokenSeconds: 1 }), "a10g", 1, "awq").problem,
    ).toMatch(/^first token after \d+\.\d\d s, wanted 1 s$/);
    expect(find(candidates(llama), "a10g", 1, "fp8").problem).toBe("doesn't fit");
    expect(
      find(candidates({ ...llama, model: { ...llama.model, heads: 40, kvHeads: 10 } }), "h100", 8, "fp8")
        .problem,
    ).toMatch(/key-value heads and tensorParallel 8/);
  });
});
