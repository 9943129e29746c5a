import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GateName, gateNames, isShare, type Side, sides } from "../../../scripts/rollout/gates.ts";
import { profiles, type Thresholds } from "../../../scripts/rollout/profiles.ts";
import type { Measure } from "../../../scripts/rollout/queries.ts";
import {
  evaluateStep,
  type Recording,
  type Sample,
  type StepResult,
} from "../../../scripts/rollout/step-result.ts";

const customers: Thresholds = profiles["customer-facing"].thresholds;
const staged: Thresholds = profiles.staged.thresholds;
const until = 1_800_000_000;

type Numbers = Readonly<Record<GateName, Partial<Record<Measure, number>>>>;

/** A slot that answered a thousand requests in ten minutes, well. */
const well: Numbers = {
  errors: { failed: 4, of: 1000 },
  latencyP50: { value: 4, bound: 4, of: 1000 },
  latencyP99: { value: 12, bound: 12, of: 1000 },
  firstToken: { value: 0.4, bound: 0.4, of: 1000 },
  speed: { value: 0.02, bound: 0.02, of: 1000 },
  refusals: { failed: 20, of: 1000 },
  malformed: { failed: 2, of: 1000 },
  quality: { failed: 60, of: 1000 },
};

function recording(numbers: Numbers, more: Partial<Recording> = {}): Recording {
  const samples = gateNames.flatMap((gate) =>
    (Object.entries(numbers[gate]) as [Measure, number][]).map(([measure, value]) => ({
      gate,
      measure,
      value,
    })),
  );
  const scraped = Array.from({ length: 40 }, (_, index) => until - 15 * index);
  return { from: until - 600, until, scraped, samples, ...more };
}

/** What is said of a canary with these numbers beside a live slot that does well. */
function judged(canary: Partial<Numbers>, thresholds = customers): StepResult {
  return evaluateStep({ canary: recording({ ...well, ...canary }), live: recording(well) }, thresholds, true);
}

function finding({ findings }: StepResult, gate: GateName) {
  return findings.find((one) => one.gate === gate);
}

const without = (from: Recording, gate: GateName): Recording => ({
  ...from,
  samples: from.samples.filter((sample) => sample.gate !== gate),
});

describe("a canary", () => {
  it("passes when it does as well as live, with each gate's numbers", () => {
    const { outcome, findings, gaps } = judged({});
    expect({ outcome, gaps }).toEqual({ outcome: "pass", gaps: [] });
    expect(findings.map(({ gate }) => gate)).toEqual(gateNames);
    expect(findings[0]).toEqual({
      gate: "errors",
      outcome: "pass",
      canary: 0.004,
      live: 0.004,
      limit: 0.014,
      reason: "within its limit",
    });
  });

  it.each<[GateName, Partial<Numbers>]>([
    ["errors", { errors: { failed: 60, of: 1000 } }],
    ["latencyP50", { latencyP50: { value: 6, bound: 5.5, of: 1000 } }],
    ["latencyP99", { latencyP99: { value: 24, bound: 19, of: 1000 } }],
    ["firstToken", { firstToken: { value: 0.7, bound: 0.6, of: 1000 } }],
    ["speed", { speed: { value: 0.03, bound: 0.028, of: 1000 } }],
    ["refusals", { refusals: { failed: 90, of: 1000 } }],
    ["malformed", { malformed: { failed: 50, of: 1000 } }],
    ["quality", { quality: { failed: 120, of: 1000 } }],
  ])("is aborted when %s alone are clearly worse", (gate, worse) => {
    const said = judged(worse);
    expect(said.outcome).toBe("abort");
    expect(finding(said, gate)).toMatchObject({
      outcome: "abort",
      reason: "worse than allowed, and not by chance",
    });
    expect(said.findings.filter(({ outcome }) => outcome === "abort")).toHaveLength(1);
  });

  it("is aborted for what is past the limit, not for what is merely certain", () => {
    expect(finding(judged({ errors: { failed: 13, of: 1000 } }), "errors")?.outcome).toBe("pass");
    // Six times as slow to the first token, which no gate notices.
    const quick = { ...well, firstToken: { value: 0.01, bound: 0.01, of: 1000 } };
    const slower = { ...well, firstToken: { value: 0.06, bound: 0.05, of: 1000 } };
    expect(evaluateStep({ canary: recording(slower), live: recording(quick) }, customers, true).outcome).toBe(
      "pass",
    );
  });

  it("holds while worse numbers may be chance", () => {
    const said = judged({ errors: { failed: 3, of: 120 } });
    expect(finding(said, "errors")).toMatchObject({
      outcome: "hold",
      reason: "worse than allowed, which may be chance with 120 answers",
    });
    expect(finding(judged({ latencyP99: { value: 20, bound: 11, of: 150 } }), "latencyP99")?.outcome).toBe(
      "hold",
    );
  });

  it("aborts nothing beside a live slot with too few answers for an interval", () => {
    const live = { ...well, latencyP99: { value: 12, bound: Number.POSITIVE_INFINITY, of: 300 } };
    const canary = { ...well, latencyP99: { value: 40, bound: 30, of: 300 } };
    expect(evaluateStep({ canary: recording(canary), live: recording(live) }, customers, true).outcome).toBe(
      "hold",
    );
  });

  it("holds for too few answers of either side, unless what there is is clear", () => {
    expect(finding(judged({ errors: { failed: 0, of: 99.9 } }), "errors")).toMatchObject({
      outcome: "hold",
      reason: "canary has 99 of the 100 answers needed",
    });
    const few = { ...well, quality: { failed: 1, of: 30 } };
    expect(
      finding(evaluateStep({ canary: recording(well), live: recording(few) }, customers, true), "quality"),
    ).toMatchObject({ outcome: "hold", reason: "live has 30 of the 100 answers needed" });
    expect(judged({ errors: { failed: 20, of: 25 } }).outcome).toBe("abort");
    expect(judged({ errors: { failed: 15, of: 15 } }).outcome).toBe("hold");
  });

  it("takes no more failures than answers from counters that were extrapolated apart", () => {
    expect(finding(judged({ errors: { failed: 210, of: 200 } }), "errors")?.canary).toBe(1);
  });

  it("is aborted by a recording with gaps, and never passed", () => {
    const gappy = { scraped: [until - 15] };
    const live = recording(well);
    expect(evaluateStep({ canary: recording(well, gappy), live }, customers, true).outcome).toBe("hold");
    const broken = { ...well, errors: { failed: 500, of: 1000 } };
    expect(evaluateStep({ canary: recording(broken, gappy), live }, customers, true).outcome).toBe("abort");
  });
});

describe("what isn't measured", () => {
  it.each(gateNames)("holds the rollout where %s are required", (gate) => {
    for (const side of sides) {
      const recorded = { canary: recording(well), live: recording(well) };
      const said = evaluateStep({ ...recorded, [side]: without(recorded[side], gate) }, customers, true);
      expect(said.outcome).toBe("hold");
      expect(finding(said, gate)).toEqual({ gate, outcome: "hold", reason: `${side} has no series` });
    }
  });

  it("is named and changes nothing where it isn't required", () => {
    const said = evaluateStep(
      { canary: without(recording(well), "quality"), live: recording(well) },
      staged,
      true,
    );
    expect(said.outcome).toBe("pass");
    expect(finding(said, "quality")).toEqual({
      gate: "quality",
      outcome: "not measured",
      reason: "canary has no series",
    });
    expect(judged({ quality: { failed: 300, of: 1000 } }, staged).outcome).toBe("abort");
  });

  it.each<[string, Sample["value"][], string]>([
    ["no number", [Number.NaN], "canary has no number: nothing was counted"],
    ["no finite number", [Number.POSITIVE_INFINITY], "canary has no number: nothing was counted"],
    [
      "a reason instead",
      ["Prometheus answered 503: busy"],
      "canary isn't known: Prometheus answered 503: busy",
    ],
    ["two numbers", [4, 4], "canary has 2 series where one belongs"],
    ["no answers at all", [0], "canary has no answers"],
  ])("includes what has %s", (_, values, reason) => {
    const canary = recording(well);
    const samples = canary.samples.filter(({ gate, measure }) => gate !== "errors" || measure !== "of");
    const read = values.map((value): Sample => ({ gate: "errors", measure: "of", value }));
    const said = evaluateStep(
      { canary: { ...canary, samples: [...samples, ...read] }, live: recording(well) },
      customers,
      true,
    );
    expect(said.outcome).toBe("hold");
    expect(finding(said, "errors")?.reason).toBe(reason);
  });

  it.each<[string, Partial<Recording>, string]>([
    ["too short", { from: until - 30 }, "30 s are recorded, of at least 60"],
    ["backwards", { from: until + 60 }, "the clock was set back since the step began"],
    ["without a time", { from: Number.NaN }, "NaN s are recorded, of at least 60"],
    [
      "unknown",
      { scraped: "no answer within 10 s" },
      "when its pods were read isn't known: no answer within 10 s",
    ],
    ["without pods", { scraped: [] }, "its pods were never read"],
    ["of other times", { scraped: [until + 600, until - 7200] }, "its pods were never read"],
    [
      "stale",
      { scraped: Array.from({ length: 34 }, (_, index) => until - 600 + 15 * index) },
      "its pods were last read 105 s ago",
    ],
    [
      "full of holes",
      { scraped: Array.from({ length: 20 }, (_, index) => until - 30 * index) },
      "its pods were read in 20 of 40 intervals",
    ],
  ])("is a recording that is %s", (_, more, gap) => {
    for (const side of sides) {
      const recorded = { canary: recording(well), live: recording(well), [side]: recording(well, more) };
      const said = evaluateStep(recorded as Record<Side, Recording>, customers, true);
      expect(said.outcome).toBe("hold");
      expect(said.gaps).toEqual([`${side}: ${gap}`]);
    }
  });
});

describe("whatever was recorded", () => {
  const count = fc.integer({ min: 0, max: 2000 });
  const share = count.chain((of) =>
    fc.record({ failed: fc.integer({ min: 0, max: of }), of: fc.constant(of) }),
  );
  const seconds = fc.double({ min: 0.001, max: 60, noNaN: true });
  const time = fc.record({ value: seconds, bound: seconds, of: count });
  const numbers = fc.record(
    Object.fromEntries(gateNames.map((gate) => [gate, isShare(gate) ? share : time])),
  ) as fc.Arbitrary<Numbers>;
  const holes = fc.record(
    { scraped: fc.array(fc.integer({ min: until - 600, max: until })) },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Partial<Recording>>;
  const recordings = fc.record({
    canary: fc.tuple(numbers, holes).map(([read, more]) => recording(read, more)),
    live: fc.tuple(numbers, holes).map(([read, more]) => recording(read, more)),
  });
  const thresholds = fc.constantFrom(customers, staged);

  it("a canary that does worse never fares better", () => {
    const severity = { pass: 0, hold: 1, abort: 2 };
    fc.assert(
      fc.property(
        recordings,
        thresholds,
        fc.constantFrom(...gateNames),
        fc.double({ min: 1, max: 20, noNaN: true }),
        (recorded, limits, gate, factor) => {
          const worsened = recorded.canary.samples.map((sample) =>
            sample.gate === gate && sample.measure !== "of"
              ? { ...sample, value: factor * (sample.value as number) }
              : sample,
          );
          const worse = { ...recorded, canary: { ...recorded.canary, samples: worsened } };
          expect(severity[evaluateStep(worse, limits, true).outcome]).toBeGreaterThanOrEqual(
            severity[evaluateStep(recorded, limits, true).outcome],
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it("nothing passes without every required number", () => {
    fc.assert(
      fc.property(thresholds, fc.constantFrom(...sides), fc.nat(), (limits, side, nat) => {
        const recorded = { canary: recording(well), live: recording(well) };
        const required = recorded[side].samples.filter(({ gate }) => limits[gate].required);
        const taken = required[nat % required.length];
        const samples = recorded[side].samples.filter((sample) => sample !== taken);
        expect(
          evaluateStep({ ...recorded, [side]: { ...recorded[side], samples } }, limits, true).outcome,
        ).toBe("hold");
      }),
    );
  });

  it("the order of samples and scrapes says nothing", () => {
    const shuffled = (of: Recording) =>
      fc.record({
        from: fc.constant(of.from),
        until: fc.constant(of.until),
        samples: fc.shuffledSubarray([...of.samples], { minLength: of.samples.length }),
        scraped: fc.shuffledSubarray([...of.scraped] as number[], { minLength: of.scraped.length }),
      });
    const pairs = recordings.chain((recorded) =>
      fc.record({
        recorded: fc.constant(recorded),
        other: fc.record({ canary: shuffled(recorded.canary), live: shuffled(recorded.live) }),
      }),
    );
    fc.assert(
      fc.property(pairs, thresholds, ({ recorded, other }, limits) => {
        expect(evaluateStep(other, limits, true)).toEqual(evaluateStep(recorded, limits, true));
      }),
    );
  });

  it("two slots that do the same never go back, and go on with enough answers", () => {
    fc.assert(
      fc.property(numbers, thresholds, (read, limits) => {
        const { outcome } = evaluateStep({ canary: recording(read), live: recording(read) }, limits, true);
        const enough = gateNames.every((gate) => (read[gate].of ?? 0) >= limits.samples);
        expect(outcome).toBe(enough ? "pass" : outcome === "hold" ? "hold" : "pass");
      }),
    );
  });
});
