import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastDifference } from "../../../scripts/rollout/confidence.ts";

const counted = fc
  .integer({ min: 1, max: 5000 })
  .chain((of) => fc.record({ failed: fc.integer({ min: 0, max: of }), of: fc.constant(of) }));

describe("the least difference of two shares", () => {
  it("is the lower end of the published interval", () => {
    const z = 1.959964;
    expect(leastDifference({ failed: 56, of: 70 }, { failed: 48, of: 80 }, z)).toBeCloseTo(0.0524, 4);
    expect(leastDifference({ failed: 9, of: 10 }, { failed: 3, of: 10 }, z)).toBeCloseTo(0.1705, 4);
    expect(leastDifference({ failed: 10, of: 10 }, { failed: 0, of: 20 }, z)).toBeCloseTo(0.6791, 4);
  });

  it("says nothing of a few failures among few, and something of many", () => {
    const live = { failed: 10, of: 1000 };
    expect(leastDifference({ failed: 2, of: 20 }, live)).toBeLessThan(0);
    expect(leastDifference({ failed: 10, of: 20 }, live)).toBeGreaterThan(0.1);
    expect(leastDifference({ failed: 20, of: 1000 }, live)).toBeLessThan(0);
    expect(leastDifference({ failed: 40, of: 1000 }, live)).toBeGreaterThan(0);
  });

  it("is never above the difference itself, and above zero for no two equal shares", () => {
    fc.assert(
      fc.property(counted, counted, (first, second) => {
        const difference = first.failed / first.of - second.failed / second.of;
        expect(leastDifference(first, second)).toBeLessThanOrEqual(difference + 1e-9);
        expect(leastDifference(first, first)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it("grows with every failure of the first, and shrinks with every one of the second", () => {
    const least = (a: number, b: number, of: number) => leastDifference({ failed: a, of }, { failed: b, of });
    fc.assert(
      fc.property(counted, fc.nat(), ({ failed, of }, nat) => {
        fc.pre(failed < of);
        const other = nat % (of + 1);
        expect(least(failed + 1, other, of)).toBeGreaterThan(least(failed, other, of));
        expect(least(other, failed + 1, of)).toBeLessThan(least(other, failed, of));
      }),
    );
  });

  it.each([0.002, 0.01, 0.05])(
    "of slots that both fail in %f of their answers rises a point above chance in one of a hundred rollouts",
    (share) => {
      const random = seeded(1);
      const draw = (answers: number) => {
        let failed = 0;
        for (let answer = 0; answer < answers; answer++) if (random() < share) failed++;
        return failed;
      };
      const everConvicted = () => {
        const canary = { failed: 0, of: 0 };
        const live = { failed: 0, of: 0 };
        for (let look = 0; look < 100; look++) {
          canary.failed += draw(10);
          live.failed += draw(90);
          canary.of += 10;
          live.of += 90;
          const past = canary.failed / canary.of > live.failed / live.of + 0.01;
          if (past && canary.of >= 20 && leastDifference(canary, live) > 0) return true;
        }
        return false;
      };
      const rollouts = Array.from({ length: 400 }, everConvicted);
      expect(rollouts.filter(Boolean).length / rollouts.length).toBeLessThan(0.02);
    },
  );
});

/** Numbers from 0 to 1 that are the same each time. [mulberry32] */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
