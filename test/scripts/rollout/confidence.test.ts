import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Counted, deviationsOver, exceeds } from "../../../scripts/rollout/confidence.ts";
import { thorough } from "../../support/thorough.ts";

const counted = fc
  .integer({ min: 1, max: 5000 })
  .chain((of) => fc.record({ failed: fc.integer({ min: 0, max: of }), of: fc.constant(of) }));
const margin = fc.constantFrom(0.01, 0.02, 0.05);
const simulations = thorough ? 2000 : 300;

describe("the deviations of an excess over a margin", () => {
  it("are those of the likelihood ratio, whose restricted maximum a search over all shares finds as well", () => {
    const [first, second, allowed] = [{ failed: 5, of: 100 }, { failed: 30, of: 1000 }, 0.01];
    const log = ({ failed, of }: Counted, share: number) =>
      failed * Math.log(share) + (of - failed) * Math.log(1 - share);
    const shares = Array.from({ length: 98_999 }, (_, index) => (index + 1) / 100_000);
    const best = Math.max(...shares.map((share) => log(first, share + allowed) + log(second, share)));
    const ratio = log(first, 0.05) + log(second, 0.03) - best;
    expect(deviationsOver(first, second, allowed)).toBeCloseTo(Math.sqrt(2 * ratio), 4);
  });

  it("are below zero within the margin, whatever the counts", () => {
    fc.assert(
      fc.property(counted, counted, margin, (first, second, allowed) => {
        const excess = first.failed / first.of - second.failed / second.of - allowed;
        const deviations = deviationsOver(first, second, allowed);
        expect(Number.isNaN(deviations)).toBe(false);
        if (Math.abs(excess) > 1e-6) expect(Math.sign(deviations)).toBe(Math.sign(excess));
      }),
    );
  });

  it("grow with every failure of the first", () => {
    fc.assert(
      fc.property(counted, counted, margin, ({ failed, of }, second, allowed) => {
        fc.pre(failed < of && failed / of > second.failed / second.of + allowed);
        expect(deviationsOver({ failed: failed + 1, of }, second, allowed)).toBeGreaterThan(
          deviationsOver({ failed, of }, second, allowed),
        );
      }),
    );
  });

  it("decide within a step only what is far over the limit, and more readily at its end", () => {
    const live = { failed: 5, of: 1000 };
    const decided = (failed: number, of: number) =>
      [false, true].map((decisive) => exceeds({ failed, of }, live, 0.01, decisive));
    expect(decided(1, 20)).toEqual([false, false]);
    expect(decided(2, 20)).toEqual([false, true]);
    expect(decided(16, 20)).toEqual([true, true]);
    expect(decided(25, 1000)).toEqual([false, true]);
    expect(decided(40, 1000)).toEqual([true, true]);
    expect(decided(16, 1000)).toEqual([false, false]);
  });
});

/**
 * A step of a rollout whose two slots fail by chance, each in its own true share: what is right follows from those
 * shares alone.
 */
describe(`a step that is evaluated 80 times, ${simulations} times over`, () => {
  const shares = [0, 0.005, 0.01, 0.05] as const;
  const livePerCanary = { "5 %": 19, "25 %": 3, "50 %": 1 } as const;
  const cases = shares.flatMap((share) =>
    Object.entries(livePerCanary).map(([stage, ratio]) => [share, stage, ratio] as const),
  );
  /** Three standard deviations of what so many simulations count. */
  const chance = (share: number) => 3 * Math.sqrt((share * (1 - share)) / simulations);

  it.each(cases)(
    "with live at %f and a canary of %s is aborted in at most 2 % of the cases at +0.7 points",
    (live, _, ratio) => {
      for (const answers of [200, 1000, 3000])
        expect(aborted({ live, canary: live + 0.007, ratio, answers })).toBeLessThanOrEqual(
          0.02 + chance(0.02),
        );
    },
  );

  it.each([
    [0.002, 3, 0.95],
    [0.01, 19, 0.95],
    [0.01, 3, 0.95],
    [0.01, 1, 0.9],
    [0.02, 19, 0.95],
    [0.05, 19, 0.75],
  ])(
    "with live at %f and %i times the answers is aborted at +3 points in %f of the cases",
    (live, ratio, power) => {
      const share = aborted({ live, canary: live + 0.03, ratio, answers: 1000 });
      expect(share).toBeGreaterThanOrEqual(power - chance(power));
    },
  );

  it("is aborted by far fewer answers where every second one fails", () => {
    expect(aborted({ live: 0.005, canary: 0.5, ratio: 19, answers: 40 })).toBeGreaterThanOrEqual(0.95);
  });

  /** The share of steps that are aborted at one of their evaluations; 1 point is allowed. */
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
      for (let number = 1; number <= 80; number++) {
        const more = Math.round((number * step.answers) / 80) - canary.of;
        canary.failed += draw(more, step.canary);
        canary.of += more;
        live.failed += draw(more * step.ratio, step.live);
        live.of += more * step.ratio;
        if (canary.of >= 20 && exceeds(canary, live, 0.01, number === 80)) return true;
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
