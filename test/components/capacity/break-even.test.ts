import fc from "fast-check";
import { expect, it } from "vitest";
import { breakEven } from "../../../components/capacity/break-even.ts";

const load = { promptTokens: 1000, answerTokens: 250 };
const hosted = { usdPerMillionInput: 2.5, usdPerMillionOutput: 10 };

it("is where a month of the slot costs what its requests cost at the provider", () => {
  // 1000 × 2.5 + 250 × 10 = 5000 millionths of a dollar a request; 1 dollar an hour is 730 a month.
  const found = breakEven({ usdPerHour: 1, requestsPerSecond: 1, load, hosted });
  expect(found.requestsPerMonth).toBeCloseTo(146_000, 6);
  expect(found.percentOfCapacity).toBeCloseTo(5.5556, 4);
});

it("is beyond what the slot can answer where the provider is cheaper at any load", () => {
  expect(breakEven({ usdPerHour: 50, requestsPerSecond: 1, load, hosted }).percentOfCapacity).toBeGreaterThan(
    100,
  );
});

it("is at the same share however many replicas there are", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), (replicas) => {
      const one = breakEven({ usdPerHour: 1.2, requestsPerSecond: 1.7, load, hosted });
      const many = breakEven({ usdPerHour: 1.2 * replicas, requestsPerSecond: 1.7 * replicas, load, hosted });
      expect(many.percentOfCapacity).toBeCloseTo(one.percentOfCapacity, 6);
      expect(many.requestsPerMonth).toBeCloseTo(replicas * one.requestsPerMonth, 3);
    }),
  );
});
