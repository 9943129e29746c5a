import { describe, expect, it } from "vitest";
import {
  type InstanceType,
  instancesWith,
  instanceType,
  instanceTypeNames,
} from "../../../components/capacity/instances.ts";

const all: readonly InstanceType[] = instanceTypeNames().flatMap((name) => instanceType(name) ?? []);
const family = (name: string) => name.split(".")[0];

describe("an instance type", () => {
  it.each([
    // Karpenter's instance type reference: what a node of the type has for pods.
    ["g5.xlarge", 14_162, 3920],
    ["p5.4xlarge", 240_830, 15_890],
    ["p5.48xlarge", 1_938_410, 191_450],
    ["p5e.48xlarge", 1_938_410, 191_450],
  ])(
    "%s leaves %i MiB and %i thousandths of a CPU for pods",
    (name, allocatableMiB, allocatableMillicpus) => {
      expect(instanceType(name)).toMatchObject({ allocatableMiB, allocatableMillicpus });
    },
  );

  it("leaves more than four fifths of its memory for pods, and never all", () => {
    for (const { name, memoryGiB, vcpus, allocatableMiB, allocatableMillicpus } of all) {
      expect(allocatableMiB, name).toBeLessThan(memoryGiB * 1024);
      expect(allocatableMiB, name).toBeGreaterThan(0.8 * memoryGiB * 1024);
      expect(allocatableMillicpus, name).toBeLessThan(vcpus * 1000);
      expect(allocatableMillicpus, name).toBeGreaterThan(0.9 * vcpus * 1000);
    }
  });

  it("is for Graviton exactly where its generation is followed by a g", () => {
    const arm = all.filter(({ architecture }) => architecture === "arm64").map(({ name }) => family(name));
    expect([...new Set(arm)]).toEqual(["m7g"]);
  });

  it("with GPUs has a disk of its own, on which the node's images and caches are", () => {
    expect(all.filter(({ gpu, nvmeGB }) => gpu !== undefined && nvmeGB === 0)).toEqual([]);
  });

  it("with GPUs has 1, 4 or 8 of them, which every tensor size divides or exceeds", () => {
    for (const { name, gpu } of all) if (gpu !== undefined) expect([1, 4, 8], name).toContain(gpu.count);
  });

  it("that isn't in the table isn't guessed", () => {
    expect(instanceType("g4dn.xlarge")).toBeUndefined();
    expect(instanceType("constructor")).toBeUndefined();
  });
});

describe("the table", () => {
  it("has each type under its own name", () => {
    expect(all.map(({ name }) => name)).toEqual(instanceTypeNames());
  });

  it("has the types of a family from the cheapest on", () => {
    for (const [name, types] of Map.groupBy(all, (type) => family(type.name))) {
      const prices = types.flatMap(({ usdPerHour }) => usdPerHour ?? []);
      expect(prices, name).toEqual(prices.toSorted((a, b) => a - b));
    }
  });

  it("finds types with enough GPUs, the cheapest first and those without a price last", () => {
    expect(instancesWith("l40s", 4).map(({ name }) => name)).toEqual([
      "g6e.12xlarge",
      "g6e.24xlarge",
      "g6e.48xlarge",
    ]);
    expect(instancesWith("h200", 1).map(({ name }) => name)).toEqual(["p5en.48xlarge", "p5e.48xlarge"]);
    expect(instancesWith("a10g", 16)).toEqual([]);
  });
});
