import { type Colour, other, type Traffic } from "../../components/serving/traffic.ts";
import type { PlannedStep } from "../traffic/deployed-stack.ts";
import { BrokenWriteError, OvertakenError, TrafficError } from "../traffic/errors.ts";
import { StackError } from "../traffic/pulumi-cli.ts";
import type { Clock } from "../traffic/session.ts";

import { abortedTraffic, type Move, nextMove, type Position, stageOf, stageTraffic } from "./path.ts";
import type { Step } from "./profiles.ts";
import type { StepResult } from "./step-result.ts";

/** What writes the traffic: `TrafficWriter`. */
interface Writer {
  readonly traffic: Traffic;
  plan(traffic: Traffic): Promise<readonly PlannedStep[]>;
  write(traffic: Traffic, why: string, steps?: readonly PlannedStep[]): Promise<void>;
  writeBack(traffic: Traffic, why: string): Promise<void>;
}

/** The time over which a step is evaluated, in seconds since 1970. */
export interface StepTime {
  readonly step: Step;
  readonly began: number;
  readonly now: number;
  /** Whether it is the one evaluation at the end of the step. */
  readonly decisive: boolean;
}

export interface RunArgs {
  readonly writer: Writer;
  readonly steps: readonly Step[];
  readonly target: Colour;
  /** When the step that is there began, where a rollout is known to be under way; in seconds since 1970. */
  readonly since: number | undefined;
  /** How long a step may wait for answers beyond its time. */
  readonly patienceHours: number;
  /** Why the incoming slot can't take so many percent of the callers, or undefined. */
  readonly whyNotReady: (percent: number) => Promise<string | undefined>;
  /** Whether a slot has a healthy target at all; one that can't be queried counts as alive. */
  readonly isAlive: (slot: Colour) => Promise<boolean>;
  /** Checks that no other command writes this model's traffic now. @throws OvertakenError */
  readonly checkOwn: () => Promise<void>;
  /** Evaluates the gates of a step. */
  readonly evaluate: (time: StepTime) => Promise<StepResult>;
  /** Called before a write. */
  readonly onPlan: (position: Position, steps: readonly PlannedStep[]) => void;
  /** Called for each evaluation with what follows from it. */
  readonly onEvaluation: (evaluation: Evaluation) => void;
  readonly clock: Clock;
  /** Aborted when the rollout is to stop where it is. */
  readonly signal: AbortSignal;
}

/** One evaluation of the gates, and the command's action. */
export interface Evaluation {
  readonly position: Position;
  readonly result: StepResult;
  readonly secondsLeft: number;
  readonly action: string;
}

export type RolloutOutcome = "promoted" | "rolled back" | "undecided" | "overtaken" | "interrupted";

/** Between two evaluations: one scrape interval. */
const evaluationSeconds = 15;

/**
 * Promotes a slot step by step from wherever its model's traffic is, and rolls back in one write when a gate fails. A
 * step that can't be written, such as for a file that was edited or a stack that is locked, waits and is tried again,
 * while evaluations continue.
 * @throws TrafficError, StackError when the first write or the rollback isn't possible
 */
export async function runSteps(args: RunArgs): Promise<RolloutOutcome> {
  try {
    return await promote(args);
  } catch (error) {
    if (error instanceof OvertakenError) {
      console.error(error.message);
      return "overtaken";
    }
    const cancelled = error instanceof StackError || error instanceof BrokenWriteError;
    if (args.signal.aborted && cancelled) {
      console.error(error.message);
      return "interrupted";
    }
    throw error;
  }
}

async function promote(args: RunArgs): Promise<RolloutOutcome> {
  const { writer, steps, target, clock, signal, patienceHours } = args;
  let index = stageOf(steps, target, writer.traffic);
  if (index === undefined)
    throw new TrafficError(
      `the traffic isn't part of a rollout to ${target}: live is ${writer.traffic.live} and the other slot has a canary. Nothing was changed; end that first (npm run switch -- … --rollback)`,
    );
  // A slot that was live before the command began isn't evaluated.
  if (steps[index]?.kind === "switch" && args.since === undefined) return "promoted";
  let began = args.since ?? clock.now();
  /** Whether the step had its one evaluation that decides. */
  let decided = false;
  while (!signal.aborted) {
    const step = steps[index];
    if (step === undefined) {
      await args.checkOwn();
      began = await advance(args, 0);
      index = 0;
      continue;
    }
    const now = clock.now();
    const seconds = now - began;
    const decisive: boolean = !decided && seconds >= 60 * step.minutes;
    const result = await args.evaluate({ step, began, now, decisive });
    await args.checkOwn();
    // What couldn't be measured decided nothing.
    decided ||= decisive && result.gaps.length === 0 && !result.fewAnswers;
    const { outcome, fewAnswers } = result;
    const move = nextMove({ steps, index, seconds, outcome, fewAnswers, patienceHours });
    const secondsLeft = 60 * step.minutes - seconds;
    const say = (action: string) =>
      args.onEvaluation({ position: positionOf(steps, index as number), result, secondsLeft, action });
    if (move.kind !== "advance") say(actionOf(move));
    switch (move.kind) {
      case "watch":
        await clock.sleep(evaluationSeconds);
        break;
      case "back":
        return rollBack(args, move.why);
      case "finish":
        return "promoted";
      case "stay":
        return "undecided";
      case "advance": {
        const held = await heldBy(args, index + 1, say);
        if (held === undefined) {
          began = clock.now();
          index += 1;
          decided = false;
        } else if (held.lost) {
          say(`rolls back: ${held.why}`);
          return rollBack(args, held.why);
        } else {
          say(`waits: ${held.why}`);
          await clock.sleep(evaluationSeconds);
        }
      }
    }
  }
  return "interrupted";
}

/** Why a step can't be taken yet, or never since the incoming slot lost its targets. */
interface Held {
  readonly why: string;
  readonly lost: boolean;
}

/** Takes the next step, or says why it can't be taken. */
async function heldBy(
  args: RunArgs,
  index: number,
  say: (action: string) => void,
): Promise<Held | undefined> {
  try {
    const lost = await args.whyNotReady(0);
    if (lost !== undefined) return { why: lost, lost: true };
    const short = await args.whyNotReady((args.steps[index] as Step).percent);
    if (short !== undefined) return { why: short, lost: false };
    await advance(args, index, () => say(actions.advance));
    return undefined;
  } catch (error) {
    // What the file, AWS or another update holds up passes; a write that broke off or a mistake of this program's doesn't.
    const final = [OvertakenError, BrokenWriteError, TypeError].some((kind) => error instanceof kind);
    if (final || args.signal.aborted) throw error;
    return { why: (error as Error).message, lost: false };
  }
}

function actionOf(move: Move): string {
  if (move.kind === "back") return `rolls back: ${move.why}`;
  return actions[move.kind];
}

const actions = {
  advance: "continues",
  watch: "waits",
  finish: "is promoted",
  stay: "holds: too few answers",
} as const;

/** Writes the traffic of a step. @returns when that was, in seconds since 1970 */
async function advance(args: RunArgs, index: number, onPlanned?: () => void): Promise<number> {
  const { writer, steps, target, clock } = args;
  const step = steps[index] as Step;
  const traffic = stageTraffic(step, target);
  const planned = await writer.plan(traffic);
  onPlanned?.();
  args.onPlan(positionOf(steps, index), planned);
  await writer.write(traffic, `step ${index + 1} of ${steps.length}`, planned);
  return clock.now();
}

/** How often a rollback is tried that the stack refuses, such as while another update holds its lock. */
const maxAttempts = 20;

/** @throws TrafficError where the slot that callers came from has no healthy target */
async function rollBack({ writer, target, clock, isAlive }: RunArgs, why: string): Promise<RolloutOutcome> {
  const old = other(target);
  if (!(await isAlive(old)))
    throw new TrafficError(
      `${target} should be rolled back (${why}), and ${old} has no healthy target. The traffic was left as it is; ` +
        "npm run switch -- … --rollback rolls back all the same",
    );
  for (let attempt = 1; ; attempt++) {
    try {
      await writer.writeBack(abortedTraffic(target), why);
      return "rolled back";
    } catch (error) {
      if (!(error instanceof StackError) || attempt === maxAttempts) throw error;
      await clock.sleep(evaluationSeconds);
    }
  }
}

function positionOf(steps: readonly Step[], index: number): Position {
  return { number: index + 1, of: steps.length, stage: steps[index] as Step };
}
