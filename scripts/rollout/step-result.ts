import { scrapeSeconds } from "../../components/monitoring/metrics.ts";
import { type Counted, exceeds } from "./confidence.ts";
import {
  type GateName,
  gateNames,
  isShare,
  type ShareGate,
  type Side,
  sides,
  type TimeGate,
} from "./gates.ts";
import type { Thresholds, TimeLimit } from "./profiles.ts";
import type { Measure } from "./queries.ts";

/** What was read for one measure of one gate; a string says why there is no number. */
export interface Sample {
  readonly gate: GateName;
  readonly measure: Measure;
  readonly value: number | string;
}

/** What was recorded of one slot. Times are seconds since 1970. */
export interface Recording {
  readonly from: number;
  readonly until: number;
  /** When at least one of its pods was read, or why that isn't known. */
  readonly scraped: readonly number[] | string;
  readonly samples: readonly Sample[];
}

export type Outcome = "pass" | "hold" | "abort";

/** The result of one gate. Numbers are absent where nothing was measured. */
export interface GateResult {
  readonly gate: GateName;
  readonly outcome: Outcome | "not measured";
  readonly canary?: number;
  readonly live?: number;
  /** The worst that the canary may be compared with this live slot. */
  readonly limit?: number;
  readonly reason: string;
}

export interface StepResult {
  readonly outcome: Outcome;
  readonly findings: readonly GateResult[];
  /** Why the recording as a whole can't let a rollout continue. */
  readonly gaps: readonly string[];
  /** Whether it holds for nothing but more answers. */
  readonly fewAnswers: boolean;
}

/** With fewer answers all failures may have one cause, as the start of a pod. */
const minAnswersToAbort = 20;
/** Rates need a few scrapes. */
const shortestSeconds = 4 * scrapeSeconds;
/** A scrape may be missing now and then, and a sample takes some seconds into Prometheus. */
const stalestSeconds = 4 * scrapeSeconds;
const leastCoverage = 0.8;

/**
 * Whether a canary may have more traffic. It is rolled back (abort) when a gate is past its limit and, by a test
 * against that limit, not by chance. It continues (pass) when every required gate was measured on enough answers
 * and is within its limit. In between, and whenever something is missing, it stays (hold). What was recorded with
 * gaps can abort, never pass.
 * @param decisive whether this is the one evaluation at the end of the step, which decides more readily
 */
export function evaluateStep(
  recorded: Readonly<Record<Side, Recording>>,
  thresholds: Thresholds,
  decisive: boolean,
): StepResult {
  const findings = gateNames.map((gate) =>
    isShare(gate)
      ? findingOf(gate, thresholds, shareReading(gate, recorded, thresholds, decisive))
      : findingOf(gate, thresholds, timeReading(gate, recorded, thresholds[gate])),
  );
  const gaps = sides.flatMap((side) => gapsOf(recorded[side]).map((gap) => `${side}: ${gap}`));
  const said = (outcome: Outcome) => findings.some((finding) => finding.outcome === outcome);
  const outcome = said("abort") ? "abort" : said("hold") || gaps.length > 0 ? "hold" : "pass";
  const fewAnswers =
    outcome === "hold" &&
    gaps.length === 0 &&
    findings.every(({ outcome, few = false }) => outcome !== "hold" || few);
  return { outcome, findings: findings.map(({ few: _, ...finding }) => finding), gaps, fewAnswers };
}

/** A gate in numbers, or why there are none. */
type Reading =
  | {
      readonly canary: number;
      readonly live: number;
      readonly limit: number;
      /** Answers behind the numbers. */
      readonly of: Readonly<Record<Side, number>>;
      /** Whether the canary is past its limit beyond what chance explains. */
      readonly certain: boolean;
    }
  | { readonly missing: string; readonly few?: boolean };

/** A finding, and whether it holds for too few answers. */
type DetailedFinding = GateResult & { readonly few?: boolean };

function findingOf(gate: GateName, thresholds: Thresholds, reading: Reading): DetailedFinding {
  const unmeasured = (reason: string): DetailedFinding =>
    thresholds[gate].required ? { gate, outcome: "hold", reason } : { gate, outcome: "not measured", reason };
  if ("missing" in reading) return { ...unmeasured(reading.missing), ...(reading.few && { few: true }) };

  const { canary, live, limit, of, certain } = reading;
  const worse = canary > limit;
  const numbers = { canary, live, limit };
  if (worse && certain && of.canary >= minAnswersToAbort)
    return { gate, outcome: "abort", ...numbers, reason: "worse than allowed, and not by chance" };
  for (const side of sides) {
    const count = Math.floor(of[side]);
    if (count < thresholds.samples)
      return {
        ...unmeasured(`${side} has ${count} of the ${thresholds.samples} answers needed`),
        ...numbers,
        few: true,
      };
  }
  if (worse)
    return {
      gate,
      outcome: "hold",
      ...numbers,
      reason: `worse than allowed, which may be chance with ${Math.floor(of.canary)} answers`,
    };
  return { gate, outcome: "pass", ...numbers, reason: "within its limit" };
}

function shareReading(
  gate: ShareGate,
  recorded: Record<Side, Recording>,
  thresholds: Thresholds,
  decisive: boolean,
): Reading {
  const { points } = thresholds[gate];
  const read = readBoth(recorded, gate, ["failed", "of"]);
  if (typeof read === "string") return { missing: read };
  const [canary, live] = [counted(read.canary), counted(read.live)];
  if (canary.of <= 0 || live.of <= 0)
    return { missing: `${canary.of <= 0 ? "canary" : "live"} has no answers`, few: true };
  const liveShare = live.failed / live.of;
  const enough = Math.min(canary.of, live.of) >= thresholds.samples;
  return {
    canary: canary.failed / canary.of,
    live: liveShare,
    limit: liveShare + points / 100,
    of: { canary: canary.of, live: live.of },
    // Too few answers wait for more, evaluation by evaluation: none of them is the last.
    certain: exceeds(canary, live, points / 100, decisive && enough),
  };
}

/** No more failures than answers: an increase is extrapolated to the ends of its window, each counter by itself. */
function counted({ failed, of }: Counted): Counted {
  return { failed: Math.min(Math.max(failed, 0), of), of };
}

function timeReading(
  gate: TimeGate,
  recorded: Record<Side, Recording>,
  { percent, seconds }: TimeLimit,
): Reading {
  const read = readBoth(recorded, gate, ["value", "bound", "of"]);
  if (typeof read === "string") return { missing: read };
  const { canary, live } = read;
  const limit = (of: number) => Math.max(of * (1 + percent / 100), of + seconds);
  return {
    canary: canary.value,
    live: live.value,
    limit: limit(live.value),
    of: { canary: canary.of, live: live.of },
    certain: canary.bound > limit(live.bound),
  };
}

/** The numbers of a gate on both sides, or why one is missing. */
function readBoth<M extends Measure>(
  recorded: Record<Side, Recording>,
  gate: GateName,
  measures: readonly M[],
): Record<Side, Record<M, number>> | string {
  const canary = readSide(recorded.canary, gate, measures);
  if (typeof canary === "string") return `canary ${canary}`;
  const live = readSide(recorded.live, gate, measures);
  if (typeof live === "string") return `live ${live}`;
  return { canary, live };
}

function readSide<M extends Measure>(
  { samples }: Recording,
  gate: GateName,
  measures: readonly M[],
): Record<M, number> | string {
  const numbers = {} as Record<M, number>;
  for (const measure of measures) {
    const found = samples.filter((sample) => sample.gate === gate && sample.measure === measure);
    const [one] = found;
    if (one === undefined) return "has no series";
    if (found.length > 1) return `has ${found.length} series where one belongs`;
    if (typeof one.value === "string") return `isn't known: ${one.value}`;
    // Too few answers put live's end of an interval at infinity, which aborts nothing.
    if (Number.isNaN(one.value) || (measure !== "bound" && !Number.isFinite(one.value)))
      return "has no number: nothing was counted";
    numbers[measure] = one.value;
  }
  return numbers;
}

/** What a recording lacks. */
function gapsOf({ from, until, scraped }: Recording): string[] {
  const length = until - from;
  if (!(length >= shortestSeconds))
    return [
      length < 0
        ? "the clock was set back since the step began"
        : `${Math.round(length)} s are recorded, of at least ${shortestSeconds}`,
    ];
  if (typeof scraped === "string") return [`when its pods were read isn't known: ${scraped}`];
  const times = scraped.filter((time) => time >= from && time <= until);
  if (times.length === 0) return ["its pods were never read"];
  const age = until - Math.max(...times);
  const covered = new Set(times.map((time) => Math.floor((time - from) / scrapeSeconds))).size;
  const expected = Math.floor(length / scrapeSeconds);
  return [
    ...(age > stalestSeconds ? [`its pods were last read ${Math.round(age)} s ago`] : []),
    ...(covered < leastCoverage * expected
      ? [`its pods were read in ${covered} of ${expected} intervals`]
      : []),
  ];
}
