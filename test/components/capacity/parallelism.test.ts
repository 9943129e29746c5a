import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type InstanceType, instanceType } from "../../../components/capacity/instances.ts";
import {
  gpusPerReplica,
  type Parallelism,
  parallelismProblems,
  placementProblem,
} from "../../../components/capacity/parallelism.ts";

const qwen: Parallelism = { layers: 64, heads: 64, kvHeads: 8, tensorParallel: 1, pipelineParallel: 1 };

function type(name: string): InstanceType {
  const found = instanceType(name);
  if (found === undefined) throw new Error(`no instance type ${name}`);
  return found;
}

describe("spreading a model over GPUs", () => {
  it.each([1, 2, 4, 8, 16, 32, 64])(
    "works with its 64 heads and 8 key-value heads on %i GPUs",
    (tensorParallel) => {
      expect(parallelismProblems({ ...qwen, tensorParallel })).toEqual([]);
    },
  );

  it("names the sizes that its heads divide by", () => {
    expect(parallelismProblems({ ...qwen, heads: 28, kvHeads: 4, tensorParallel: 8 })).toEqual([
      "28 attention heads don't divide by tensorParallel 8; possible: 1, 2, 4, 7, 14, 28",
    ]);
  });

  it("names every problem at once", () => {
    expect(parallelismProblems({ ...qwen, tensorParallel: 3, pipelineParallel: 65 })).toEqual([
      "64 attention heads don't divide by tensorParallel 3; possible: 1, 2, 4, 8, 16, 32, 64",
      "8 key-value heads and tensorParallel 3: one must divide by the other; possible: 1, 2, 4, 8 or a multiple of 8",
      "pipelineParallel 65 is more than the model's 64 layers",
    ]);
  });

  it("goes by the key-value heads where the query heads aren't known", () => {
    const { heads: _, ...unknown } = qwen;
    expect(parallelismProblems({ ...unknown, tensorParallel: 16 })).toEqual([]);
    expect(parallelismProblems({ ...unknown, tensorParallel: 12 })).toHaveLength(1);
  });

  it("works with each size that a message offers", () => {
    const size = fc.integer({ min: 1, max: 128 });
    fc.assert(
      fc.property(size, size, (heads, tensorParallel) => {
        const model = { ...qwen, heads, kvHeads: heads };
        const [message] = parallelismProblems({ ...model, tensorParallel });
        const offered = message?.split("possible: ")[1]?.split(", ").map(Number) ?? [];
        for (const possible of offered) {
          expect(parallelismProblems({ ...model, tensorParallel: possible })).toEqual([]);
        }
      }),
    );
  });
});

describe("a replica", () => {
  it("takes the GPUs of all stages of its pipeline", () => {
    expect(gpusPerReplica({ tensorParallel: 4 })).toBe(4);
    expect(gpusPerReplica({ tensorParallel: 4, pipelineParallel: 3 })).toBe(12);
  });

  it.each([
    ["g5.12xlarge", 8, "tensorParallel 8 is more than the 4 GPUs of g5.12xlarge"],
    ["g5.xlarge", 2, "tensorParallel 2 is more than the 1 GPU of g5.xlarge"],
    ["m7i.large", 1, "tensorParallel 1 is more than the 0 GPUs of m7i.large"],
    ["g5.12xlarge", 4, undefined],
  ])("on a %s with tensorParallel %i: %s", (name, tensorParallel, problem) => {
    expect(placementProblem({ tensorParallel, pipelineParallel: 2 }, type(name))).toBe(problem);
  });
});
