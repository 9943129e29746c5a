import { appendFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { prometheus as inCluster } from "../../components/monitoring/prometheus.ts";
import type { Release } from "../../components/serving/release.ts";
import { type Colour, other, type Traffic } from "../../components/serving/traffic.ts";
import { interruptedCode } from "../exit-code.ts";
import { type Style, styleFor } from "../plan/report/style.ts";
import { formatStep, formatTraffic } from "../traffic/format.ts";
import { interruption } from "../traffic/interruption.ts";
import type { JournalEntry } from "../traffic/journal.ts";
import { openTrafficSession, type TrafficSession } from "../traffic/session.ts";
import { gatesOf } from "./gate-queries.ts";
import { nextCommands } from "./next-commands.ts";
import { stageOf } from "./path.ts";
import type { ReleaseChange, Step, Thresholds } from "./profiles.ts";
import { type Decision, isNewDecision, logLine, type Subject, stepLines, summary } from "./report.ts";
import { type Evaluation, type RolloutOutcome, runSteps } from "./run.ts";

const defaultPatienceHours = 24;

export interface RolloutArgs {
  readonly root: string;
  readonly environment: string;
  readonly model: string;
  readonly colour: string;
  /** For people and logs. */
  readonly profile: string;
  readonly steps: (change: ReleaseChange) => readonly Step[];
  /** @default those of the staged profile; nothing is compared where no step is watched */
  readonly thresholds?: Thresholds | undefined;
  readonly prometheus: string | undefined;
  readonly through: string | undefined;
  readonly yes: boolean;
  /** Whether it is about what `npm run local` runs, and not about the cloud. */
  readonly local: boolean;
  /** How long a step may wait for answers beyond its time. @default 24 */
  readonly patienceHours?: number | undefined;
  /** The npm script and the arguments behind `--`, as typed. */
  readonly typed: readonly string[];
}

/**
 * Runs a rollout on the terminal: progress on standard output, every decision in a log of JSON lines, a summary in
 * Markdown at the end.
 * @returns the exit code: 0 promoted, 1 rolled back or overtaken by another command, 2 undecided, 130 interrupted
 * @throws Error for the user, with what callers get
 */
export async function runRolloutCommand(args: RolloutArgs): Promise<number> {
  const { root, environment, model, colour, through, yes, local } = args;
  const { signal, ignore } = interruption();
  try {
    const session = await openTrafficSession(
      { root, environment, model, colour, through, yes, local },
      signal,
    );
    return await rollout(args, session, colour as Colour, signal)
      .catch(async (error) => {
        throw new Error(`${(error as Error).message}. Now ${await session.writer.remains()}`, {
          cause: error,
        });
      })
      .finally(session.release);
  } finally {
    ignore();
  }
}

async function rollout(
  args: RolloutArgs,
  session: TrafficSession,
  target: Colour,
  signal: AbortSignal,
): Promise<number> {
  const { environment, model, profile } = args;
  const { writer, config, journal } = session;
  const releaseOf = (side: Colour) => config.models[model]?.[side]?.release ?? "";
  const [incoming, outgoing] = [releaseOf(target), releaseOf(other(target))];
  if (outgoing === "") throw new Error(`${model} has one slot only: there is nothing to switch from`);
  const steps = args.steps(changeBetween(config.releases[incoming], config.releases[outgoing]));
  const subject: Subject = {
    environment,
    model,
    profile,
    colours: { canary: target, live: other(target) },
    releases: { canary: incoming, live: outgoing },
  };

  const { patienceHours = defaultPatienceHours } = args;
  const prometheus = args.prometheus ?? session.prometheus ?? inCluster.address;
  const gates = gatesOf({ ...args, prometheus, patienceHours, target, steps });
  const begun = stageOf(steps, target, writer.traffic) !== -1;
  const first = steps[0]?.percent ?? 100;
  const reason =
    (await gates.unreachable()) ??
    (begun ? undefined : ((await gates.tooSlow()) ?? (await whyNotReady(session, target, first))));
  if (reason !== undefined) throw new Error(`${model} ${target}: ${reason}. Nothing was changed`);
  console.log(
    `${environment} ${model}: ${outgoing} (${other(target)}) -> ${incoming} (${target}), ${profile}`,
  );
  if (begun) console.log(`continues from where the stack is: ${formatTraffic(writer.traffic)}`);
  for (const line of await gates.forecast()) console.log(line);
  const last = steps.at(-1)?.percent ?? 100;
  const short = last > first ? await session.whyNotReady(target, last) : undefined;
  if (short !== undefined) console.log(`the last step would wait: ${short}`);

  const style = styleFor(process.stdout);
  const decisions: Decision[] = [];
  const outcome = await runSteps({
    writer,
    steps,
    target,
    since: sinceOf(journal.entries().at(-1), writer.traffic),
    patienceHours,
    whyNotReady: (percent) => session.whyNotReady(target, percent),
    isAlive: session.isAlive,
    checkOwn: () => writer.checkOwn(),
    evaluate: gates.evaluate,
    onPlan: ({ number, of }, planned) =>
      console.log([`step ${number} of ${of} changes`, ...planned.map(formatStep)].join("\n")),
    onEvaluation: (evaluation) => {
      const decision = { ...evaluation, at: new Date().toISOString() };
      appendFileSync(`${session.files}.jsonl`, `${logLine(subject, decision)}\n`);
      if (isNews(decisions.at(-1), decision)) console.log(evaluationLines(evaluation, style).join("\n"));
      decisions.push(decision);
    },
    clock: session.clock,
    signal,
  });
  return end(session, args, outcome, { subject, outcome, decisions });
}

/** A step that was written and not ended continues from when it was written. */
function sinceOf(last: JournalEntry | undefined, traffic: Traffic): number | undefined {
  const isStep = last?.event === "written" && last.back !== true && last.failed !== true;
  return isStep && isDeepStrictEqual(last.traffic, traffic) ? Date.parse(last.at) / 1000 : undefined;
}

async function end(
  session: TrafficSession,
  args: RolloutArgs,
  outcome: RolloutOutcome,
  ended: Parameters<typeof summary>[0],
): Promise<number> {
  const { traffic } = session.writer;
  if (outcome === "promoted" || outcome === "rolled back")
    session.journal.add({ event: "ended", traffic, outcome });
  const file = `${session.files}.md`;
  writeFileSync(file, summary(ended));
  const next = outcome === "interrupted" || outcome === "undecided" ? nextCommands(args) : [];
  console.log([`${outcome}: ${await session.writer.remains()}`, ...next].join("\n"));
  console.log(`summary in ${relative(args.root, file)}`);
  return { promoted: 0, "rolled back": 1, overtaken: 1, undecided: 2, interrupted: interruptedCode }[outcome];
}

async function whyNotReady(
  session: TrafficSession,
  target: Colour,
  percent: number,
): Promise<string | undefined> {
  return (await session.whyNotReady(target, percent)) ?? (await session.smoke(target));
}

/** Other engine settings around the same weights, or another model. */
function changeBetween(one: Release | undefined, another: Release | undefined): ReleaseChange {
  return isDeepStrictEqual(one?.model, another?.model) ? "code" : "model";
}

function evaluationLines({ position, secondsLeft, result, action }: Evaluation, style: Style): string[] {
  return [...stepLines(position, secondsLeft, result, style), `  ${action}`];
}

/** Every change is shown, and otherwise every fifth minute. */
function isNews(before: Decision | undefined, now: Decision): boolean {
  const fives = (decision: Decision | undefined) => Math.floor(Date.parse(decision?.at ?? "") / 300_000);
  return isNewDecision(before, now) || fives(before) !== fives(now);
}
