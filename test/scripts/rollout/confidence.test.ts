import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Counted, exceeds, standardErrorsOver } from "../../../scripts/rollout/confidence.ts";
import { thorough } from "../../support/thorough.ts";

const counted = fc
  .integer({ min: 1, max: 5000 })
  .chain((of) => fc.record({ failed: fc.integer({ min: 0, max: of }), of: fc.constant(of) }));
const margin = fc.constantFrom(0.01, 0.02, 0.05);
const simulations = thorough ? 2000 : 300;

describe("the standard errors of an excess over a margin", () => {
  it("are those of the normal distribution at the margin itself", () => {
    // 5 of 100 beside 30 of 1000, margin 1 point: pooled (35 - 1) / 1100 = 3.0909 %, excess 1 point.
    const variance = (0.040909 * 0.959091) / 100 + (0.030909 * 0.969091) / 1000;
    expect(standardErrorsOver({ failed: 5, of: 100 }, { failed: 30, of: 1000 }, 0.01)).toBeCloseTo(
      0.01 / Math.sqrt(variance),
      3,
    );
  });

  it("are below zero within the margin, whatever the counts", () => {
    fc.assert(
      fc.property(counted, counted, margin, (first, second, allowed) => {
        const excess = first.failed / first.of - second.failed / second.of - allowed;
        expect(Math.sign(standardErrorsOver(first, second, allowed))).toBe(Math.sign(excess));
      }),
    );
  });

  it("grow with every failure of the first", () => {
    fc.assert(
      fc.property(counted, counted, margin, ({ failed, of }, second, allowed) => {
        fc.pre(failed < of && failed / of > second.failed / second.of + allowed);
        expect(standardErrorsOver({ failed: failed + 1, of }, second, allowed)).toBeGreaterThan(
          standardErrorsOver({ failed, of }, second, allowed),
        );
      }),
    );
  });

  it("decide on few answers only what is far over the limit", () => {
    const live = { failed: 5, of: 1000 };
    expect(exceeds({ failed: 3, of: 20 }, live, 0.01)).toBe(false);
    expect(exceeds({ failed: 16, of: 20 }, live, 0.01)).toBe(true);
    expect(exceeds({ failed: 30, of: 1000 }, live, 0.01)).toBe(true);
    expect(exceeds({ failed: 18, of: 1000 }, live, 0.01)).toBe(false);
  });
});

/**
 * A step of a rollout whose two slots fail by chance, each in its own true share: what is right follows from those
 * shares alone.
 */
describe(`a step that is looked at 80 times, ${simulations} times over`, () => {
  const shares = [0.002, 0.005, 0.01] as const;
  const livePerCanary = { "5 %": 19, "25 %": 3 } as const;
  const cases = shares.flatMap((share) =>
    Object.entries(livePerCanary).map(([stage, ratio]) => [share, stage, ratio] as const),
  );

  it.each(cases)(
    "with live at %f and a canary of %s is aborted in at most 2 % of the cases at +0.7 points",
    (live, _, ratio) => {
      for (const answers of [200, 1000, 3000])
        expect(aborted({ live, canary: live + 0.007, ratio, answers })).toBeLessThanOrEqual(0.02);
    },
  );

  it.each(cases)(
    "with live at %f and a canary of %s is aborted in at least 95 % of the cases at +3 points",
    (live, _, ratio) => {
      expect(aborted({ live, canary: live + 0.03, ratio, answers: 1000 })).toBeGreaterThanOrEqual(0.95);
    },
  );

  it("is aborted by far fewer answers where every second one fails", () => {
    expect(aborted({ live: 0.005, canary: 0.5, ratio: 19, answers: 40 })).toBeGreaterThanOrEqual(0.95);
  });

  /** The share of steps that are aborted at one of their looks; 1 point is allowed. */
  function aborted(step: { live: number; canary: number; ratio: number; answers: number }): number {
    const random = seeded(Math.round(1e6 * (step.live + step.canary)) + step.ratio + step.answers);
    const draw = (answers: number, share: number) => {
      let failed = 0;
      for (let answer = 0; answer < answers; answer++) if (random() < share) failed++;
      return failed;
    };
    const ends = () => {
      const canary: { -readonly [K in keyof Counted]: number } = { failed: 0, of: 0 };
      const live = { failed: 0, of: 0 };
      for (let look = 1; look <= 80; look++) {
        const more = Math.round((look * step.answers) / 80) - canary.of;
        canary.failed += draw(more, step.canary);
        canary.of += more;
        live.failed += draw(more * step.ratio, step.live);
        live.of += more * step.ratio;
        if (canary.of >= 20 && exceeds(canary, live, 0.01)) return true;
      }
      return false;
    };
    return Array.from({ length: simulations }, ends).filter(Boolean).length / simulations;
  }
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
