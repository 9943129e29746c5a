import { allTrafficTo, type Colour, other, type Traffic } from "../../components/serving/traffic.ts";
import type { Stage, Step } from "./profiles.ts";
import type { Outcome } from "./step-result.ts";

/** The traffic of a stage of a rollout to `target`. */
export function stageTraffic({ kind, percent }: Stage, target: Colour): Traffic {
  if (kind === "switch") return allTrafficTo(target);
  const canary = kind === "canary";
  return {
    live: other(target),
    canaryPercent: canary ? percent : 0,
    shadowPercent: canary ? 0 : percent,
  };
}

/** The slot that gets all traffic when a rollout to `target` is aborted. */
export function abortedTraffic(target: Colour): Traffic {
  return allTrafficTo(other(target));
}

/**
 * Which stage a model's traffic has reached on the way to `target`: its place from 0 on, -1 before the first. Between
 * two stages it is at the earlier one, so that the next one only adds callers. Nothing for traffic that isn't on the
 * way, as a test of the other slot.
 */
export function stageOf(stages: readonly Stage[], target: Colour, traffic: Traffic): number | undefined {
  const { live, canaryPercent, shadowPercent = 0 } = traffic;
  if (live === target) {
    const last = stages.findIndex(({ kind }) => kind === "switch");
    return canaryPercent === 0 && shadowPercent === 0 && last !== -1 ? last : undefined;
  }
  if (canaryPercent > 0)
    return stages.findLastIndex(
      ({ kind, percent }) => kind === "shadow" || (kind === "canary" && percent <= canaryPercent),
    );
  if (shadowPercent > 0)
    return stages.findLastIndex(({ kind, percent }) => kind === "shadow" && percent <= shadowPercent);
  return -1;
}

/** Where a rollout is. */
export interface Position {
  /** From 1 on. */
  readonly number: number;
  readonly of: number;
  readonly stage: Stage;
}

/** The next action of a rollout. */
export type Move =
  | { readonly kind: "advance" | "watch" | "finish" | "stay" }
  | { readonly kind: "back"; readonly why: string };

/** After this time without a result that lets it continue, a rollout is rolled back. */
export const longestHoldMinutes = 60;

export interface RolloutProgress {
  readonly steps: readonly Step[];
  /** From 0 on; -1 before the first. */
  readonly index: number;
  /** Since the step's traffic was written. */
  readonly seconds: number;
  /** The last result of the gates. */
  readonly outcome: Outcome;
  /** Whether they hold for nothing but more answers. */
  readonly fewAnswers: boolean;
  /** How long a step may wait for answers beyond its time. */
  readonly patienceHours: number;
}

/**
 * The next move: promotes only on a pass and after the step's time, rolls back immediately on an abort, and waits on a
 * hold. Too few answers aren't evidence against a canary: for those it waits longer, and then holds.
 */
export function nextMove(watched: RolloutProgress): Move {
  const { steps, index, seconds, outcome, fewAnswers, patienceHours } = watched;
  const step = steps[index];
  if (step === undefined) return { kind: "advance" };
  if (outcome === "abort") return { kind: "back", why: "a gate failed" };
  const over = seconds - 60 * step.minutes;
  if (over < 0) return { kind: "watch" };
  if (outcome === "hold" && fewAnswers) return { kind: over < 3600 * patienceHours ? "watch" : "stay" };
  if (outcome === "hold")
    return over < 60 * longestHoldMinutes
      ? { kind: "watch" }
      : { kind: "back", why: `no gate could be evaluated for ${longestHoldMinutes} minutes` };
  return { kind: index === steps.length - 1 ? "finish" : "advance" };
}
