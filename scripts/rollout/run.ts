import { type Colour, other, type Traffic } from "../../components/serving/traffic.ts";
import type { Clock } from "../traffic/command.ts";
import { type Step as PlannedStep, StackError } from "../traffic/deployed-stack.ts";
import { TrafficError } from "../traffic/traffic-writer.ts";
import { givenUp, nextMove, stageOf, stageTraffic } from "./path.ts";
import type { Step } from "./profiles.ts";
import type { Position } from "./report.ts";
import type { Verdict } from "./verdict.ts";

/** What writes the traffic: `TrafficWriter`. */
export interface Writer {
  readonly traffic: Traffic;
  plan(traffic: Traffic): Promise<readonly PlannedStep[]>;
  write(traffic: Traffic, why: string, steps?: readonly PlannedStep[]): Promise<void>;
}

/** The stretch that a step is judged over, in seconds since 1970. */
export interface StepTime {
  readonly step: Step;
  readonly began: number;
  readonly now: number;
}

export interface RunArgs {
  readonly writer: Writer;
  readonly steps: readonly Step[];
  readonly target: Colour;
  /** When the step that is there began, where a rollout is known to be under way; in seconds since 1970. */
  readonly since: number | undefined;
  /** Why the incoming slot can't take more, or nothing. */
  readonly unready: () => Promise<string | undefined>;
  /** Whether a slot has a healthy target at all; a slot that can't be asked about is taken for alive. */
  readonly alive: (slot: Colour) => Promise<boolean>;
  /** What the gates say of a step. */
  readonly look: (time: StepTime) => Promise<Verdict>;
  /** Told before a write. */
  readonly onPlan: (position: Position, steps: readonly PlannedStep[]) => void;
  /** Told of each look and what follows from it. */
  readonly onLook: (look: Look) => void;
  readonly clock: Clock;
  /** Aborted when somebody wants it to stop where it is. */
  readonly signal: AbortSignal;
}

export interface Look {
  readonly position: Position;
  readonly verdict: Verdict;
  readonly secondsLeft: number;
  readonly action: string;
}

export type Outcome = "finished" | "gone back" | "interrupted";

/** Between two looks at the gates: one interval in which engines are read. */
const lookSeconds = 15;

/**
 * Leads a model's traffic to `target`, step after step, from wherever it is; and back in one write when a gate says so.
 * @throws TrafficError, StackError when a write isn't possible: what was left stands in the message
 */
export async function roll(args: RunArgs): Promise<Outcome> {
  const { writer, steps, target, clock, signal } = args;
  let index = stageOf(steps, target, writer.traffic);
  if (index === undefined)
    throw new TrafficError(
      `the traffic isn't on the way to ${target}: live is ${writer.traffic.live} and the other slot is on trial. Nothing was changed; end that first (npm run switch -- … --rollback)`,
    );
  // Whoever is live and not under watch is no rollout's business.
  if (steps[index]?.kind === "switch" && args.since === undefined) return "finished";
  let began = args.since ?? clock.now();
  while (!signal.aborted) {
    const step = steps[index];
    if (step === undefined) {
      began = await advance(args, 0);
      index = 0;
      continue;
    }
    const time = { step, began, now: clock.now() };
    const verdict = await args.look(time);
    const seconds = time.now - began;
    const move = nextMove({ steps, index, seconds, outcome: verdict.outcome });
    const action = move.kind === "back" ? `goes back: ${move.why}` : actions[move.kind];
    const secondsLeft = 60 * step.minutes - seconds;
    args.onLook({ position: positionOf(steps, index), verdict, secondsLeft, action });
    switch (move.kind) {
      case "watch":
        await clock.sleep(lookSeconds);
        break;
      case "back":
        return goBack(args, move.why);
      case "finish":
        return "finished";
      case "advance": {
        const lost = await args.unready();
        if (lost !== undefined) return goBack(args, lost);
        began = await advance(args, index + 1);
        index += 1;
      }
    }
  }
  return "interrupted";
}

const actions = { watch: "waits", advance: "goes on", finish: "is finished" } as const;

/** Writes the traffic of a step. @returns when that was, in seconds since 1970 */
async function advance(args: RunArgs, index: number): Promise<number> {
  const { writer, steps, target, clock } = args;
  const step = steps[index] as Step;
  const traffic = stageTraffic(step, target);
  const planned = await writer.plan(traffic);
  args.onPlan(positionOf(steps, index), planned);
  await writer.write(traffic, `step ${index + 1} of ${steps.length}`, planned);
  return clock.now();
}

/** How often a way back is tried that the stack refuses, as while another update holds its lock. */
const mostTries = 20;

/** @throws TrafficError where the slot that callers came from has nobody left to take them back */
async function goBack({ writer, target, clock, alive }: RunArgs, why: string): Promise<Outcome> {
  const old = other(target);
  if (!(await alive(old)))
    throw new TrafficError(
      `${target} should go back (${why}), and ${old} has no healthy target to go back to. The traffic was left as it is; ` +
        "npm run switch -- … --rollback goes back all the same",
    );
  for (let tries = 1; ; tries++) {
    try {
      await writer.write(givenUp(target), why);
      return "gone back";
    } catch (error) {
      if (!(error instanceof StackError) || tries === mostTries) throw error;
      await clock.sleep(lookSeconds);
    }
  }
}

function positionOf(steps: readonly Step[], index: number): Position {
  return { number: index + 1, of: steps.length, stage: steps[index] as Step };
}
