import { appendFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { prometheus as inCluster } from "../../components/monitoring/prometheus.ts";
import type { Release } from "../../components/serving/release.ts";
import { type Colour, other, type Traffic } from "../../components/serving/traffic.ts";
import { type Style, styleFor } from "../plan/report/text.ts";
import { formatStep, formatTraffic } from "../traffic/format.ts";
import { interruption } from "../traffic/interruption.ts";
import type { JournalEntry } from "../traffic/journal.ts";
import { openTrafficSession, type TrafficSession } from "../traffic/session.ts";
import { answersPerHour, formatHours, stepHours } from "./answers.ts";
import { stageOf } from "./path.ts";
import { profiles, type ReleaseChange, type Step, type Thresholds } from "./profiles.ts";
import { Prometheus } from "./prometheus.ts";
import { record } from "./recording.ts";
import { type Decision, isNewDecision, logLine, type Subject, stepLines, summary } from "./report.ts";
import { type Evaluation, type RolloutOutcome, runSteps, type StepTime } from "./run.ts";
import { type Verdict, verdict } from "./verdict.ts";

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
}

const defaultPatienceHours = 24;
/** How far back the answers of a slot count that lost its traffic. */
const baselineSeconds = 3600;

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

  const gates = gatesOf({ ...args, prometheus: args.prometheus ?? session.prometheus }, target, steps);
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
    patienceHours: args.patienceHours ?? defaultPatienceHours,
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
  const { environment, model, colour, profile, root } = args;
  const here = args.local ? " --local" : "";
  const { traffic } = session.writer;
  if (outcome === "promoted" || outcome === "rolled back")
    session.journal.add({ event: "ended", traffic, outcome });
  const file = `${session.files}.md`;
  writeFileSync(file, summary(ended));
  const command = profile === "switch" ? "switch" : "rollout";
  const next =
    outcome === "interrupted" || outcome === "undecided"
      ? `\nnpm run ${command} -- ${environment} ${model} ${colour}${here} continues, npm run switch -- ${environment} ${model} ${colour} --bake 0${here} sends every caller there without a comparison, npm run switch -- ${environment} ${model} --rollback${here} rolls back`
      : "";
  console.log(`${outcome}: ${await session.writer.remains()}${next}\nsummary in ${relative(root, file)}`);
  return { promoted: 0, "rolled back": 1, overtaken: 1, undecided: 2, interrupted: 130 }[outcome];
}

/** The gates of a rollout; none where nothing is watched. */
function gatesOf(
  { model, prometheus = inCluster.address, ...args }: RolloutArgs,
  target: Colour,
  steps: readonly Step[],
) {
  const watched = steps.some(({ minutes }) => minutes > 0);
  const thresholds = watched ? (args.thresholds ?? profiles.staged.thresholds) : undefined;
  const client = new Prometheus({ address: prometheus });
  const way = args.local
    ? "npm run local found no prometheus on the PATH when it was started: install it (apt-get install prometheus) and start it again, or name one with --prometheus"
    : `kubectl -n ${inCluster.namespace} port-forward svc/${serviceOf(inCluster.address)} 9090 brings it here for --prometheus http://127.0.0.1:9090`;
  const passed: Verdict = { outcome: "pass", findings: [], gaps: [], fewAnswers: false };
  const patienceHours = args.patienceHours ?? defaultPatienceHours;
  const hour = async () => {
    if (thresholds === undefined) return undefined;
    const answers = await answersPerHour(client, model, Date.now() / 1000);
    const { samples } = thresholds;
    return { answers, hours: steps.map((step) => stepHours(step, samples, answers)), samples };
  };
  return {
    unreachable: async () => {
      if (thresholds === undefined) return undefined;
      const answer = await client.query("vector(1)", Date.now() / 1000);
      return "trouble" in answer ? `${answer.message}; ${way}` : undefined;
    },
    /** Why a step would wait longer for answers than it may, or nothing. */
    tooSlow: async () => {
      const found = await hour();
      const longest = Math.max(0, ...(found?.hours ?? []));
      if (found === undefined || longest <= patienceHours) return undefined;
      return (
        `${model} gave ${Math.round(found.answers)} answers in the last hour: a step with its ${found.samples} answers would take ${formatHours(longest)}, and may wait ${formatHours(patienceHours)}; ` +
        `wait longer with --patience <hours>, or switch without a comparison: npm run switch -- ${args.environment} ${model} ${target} --bake 0`
      );
    },
    /** How long the steps will take with as many answers as in the last hour. */
    forecast: async () => {
      const found = await hour();
      if (found === undefined) return [];
      const parts = steps.map(
        ({ kind, percent }, index) => `${kind} ${percent} % ${formatHours(found.hours[index] ?? 0)}`,
      );
      return [
        `${Math.round(found.answers)} answers in the last hour; with as many, and ${found.samples} for each gate: ${parts.join(", ")}`,
      ];
    },
    evaluate: async ({ step, began, now, decisive }: StepTime): Promise<Verdict> => {
      if (thresholds === undefined) return passed;
      const span = { from: began, until: now };
      const elapsed = now - began;
      // A slot that lost its traffic is compared with what it was before: an hour, so that its share is well known.
      const baseline =
        step.kind === "switch"
          ? {
              span: { from: began - elapsed, until: began },
              answersFrom: began - Math.max(elapsed, baselineSeconds),
            }
          : { span };
      const [canary, live] = await Promise.all([
        record(client, { model, colour: target, side: "canary", span }),
        record(client, { model, colour: other(target), side: "live", ...baseline }),
      ]);
      return verdict({ canary, live }, thresholds, decisive);
    },
  };
}

function serviceOf(address: string): string {
  return new URL(address).hostname.split(".")[0] ?? "";
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

function evaluationLines({ position, secondsLeft, verdict, action }: Evaluation, style: Style): string[] {
  return [...stepLines(position, secondsLeft, verdict, style), `  ${action}`];
}

/** Every change is shown, and otherwise every fifth minute that it goes on. */
function isNews(before: Decision | undefined, now: Decision): boolean {
  const fives = (decision: Decision | undefined) => Math.floor(Date.parse(decision?.at ?? "") / 300_000);
  return isNewDecision(before, now) || fives(before) !== fives(now);
}
