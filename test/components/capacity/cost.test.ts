import { describe, expect, it } from "vitest";
import {
  type CapacityType,
  onlyReserved,
  priceSource,
  replicaUsdPerHour,
  tokenCost,
} from "../../../components/capacity/cost.ts";
import { type InstanceType, instanceType } from "../../../components/capacity/instances.ts";

function type(name: string): InstanceType {
  const found = instanceType(name);
  if (found === undefined) throw new Error(`no instance type ${name}`);
  return found;
}

it("prices come from one region's list on one day", () => {
  expect(priceSource()).toBe("us-east-1 on-demand list prices of 2026-07-20");
});

describe("the cost of a replica", () => {
  it.each([
    ["g5.xlarge", 1, 1.006],
    ["p5.48xlarge", 8, 55.04],
    ["p5.48xlarge", 4, 27.52],
    // Two replicas of three GPUs on eight: each pays for half, the two left over included.
    ["p5.48xlarge", 3, 27.52],
  ])("on a %s with %i GPUs is its part of the instance", (name, gpus, usd) => {
    expect(replicaUsdPerHour(type(name), gpus)).toBeCloseTo(usd, 9);
  });

  it("is unknown where it doesn't fit or there is no price", () => {
    expect(replicaUsdPerHour(type("g5.xlarge"), 2)).toBeUndefined();
    expect(replicaUsdPerHour(type("m7i.large"), 1)).toBeUndefined();
    expect(replicaUsdPerHour(type("p5e.48xlarge"), 8)).toBeUndefined();
  });
});

describe("the cost of tokens", () => {
  it("shares the price by the time that prompts and answers take", () => {
    const estimate = {
      requestsPerSecond: 1,
      inputTokensPerSecond: 1000,
      outputTokensPerSecond: 250,
      firstTokenSeconds: 0.1,
      perTokenSeconds: 0.02,
      promptShare: 0.25,
      running: 8,
    };
    // A tenth of a cent a second: a quarter of it for 1000 tokens, the rest for 250.
    expect(tokenCost(3.6, estimate)).toEqual({
      usdPerMillionInput: expect.closeTo(0.25, 9),
      usdPerMillionOutput: expect.closeTo(3, 9),
    });
  });
});

describe("reserved capacity", () => {
  it.each<[readonly CapacityType[], boolean]>([
    [["reserved"], true],
    [["reserved", "on-demand"], false],
    [["spot"], false],
  ])("is all there is in %j: %s", (capacity, expected) => {
    expect(onlyReserved(capacity)).toBe(expected);
  });
});
