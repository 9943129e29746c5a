import { appendFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { prometheus as inCluster } from "../../components/monitoring/prometheus.ts";
import type { Release } from "../../components/serving/release.ts";
import { type Colour, other, type Traffic } from "../../components/serving/traffic.ts";
import { type Style, styleFor } from "../plan/report/text.ts";
import { type Hold, takeHold } from "../traffic/command.ts";
import { interruption } from "../traffic/interruption.ts";
import type { JournalEntry } from "../traffic/journal.ts";
import { stepLine } from "../traffic/traffic-writer.ts";
import { shown } from "../traffic/way-back.ts";
import { answersAnHour, duration, stepHours } from "./answers.ts";
import { stageOf } from "./path.ts";
import { type Change, profiles, type Step, type Thresholds } from "./profiles.ts";
import { Prometheus } from "./prometheus.ts";
import { record } from "./recording.ts";
import { type Decision, isTurn, logLine, type Subject, stepLines, summary } from "./report.ts";
import { type Look, type Outcome, roll, type StepTime } from "./run.ts";
import { type Verdict, verdict } from "./verdict.ts";

export interface RolloutArgs {
  readonly root: string;
  readonly environment: string;
  readonly model: string;
  readonly colour: string;
  /** For people and logs. */
  readonly profile: string;
  readonly steps: (change: Change) => readonly Step[];
  /** @default those of the staged profile; nothing is compared where no step is watched */
  readonly thresholds?: Thresholds | undefined;
  readonly prometheus: string | undefined;
  readonly through: string | undefined;
  readonly yes: boolean;
  /** How long a step may wait for answers beyond its time. @default 24 */
  readonly patienceHours?: number | undefined;
}

const defaultPatienceHours = 24;

/**
 * Runs a rollout on the terminal: progress on standard output, every decision in a log of JSON lines, a summary in
 * Markdown at the end.
 * @returns the exit code: 0 finished, 1 rolled back or overtaken by another command, 2 undecided, 130 interrupted
 * @throws Error in words for the user, with what callers get
 */
export async function runRollout(args: RolloutArgs): Promise<number> {
  const { root, environment, model, colour, through, yes } = args;
  const { signal, ignore } = interruption();
  try {
    const hold = await takeHold({ root, environment, model, colour, through, yes, urgent: false }, signal);
    return await rollOut(args, hold, colour as Colour, signal)
      .catch(async (error) => {
        throw new Error(`${(error as Error).message}. Now ${await hold.writer.remains()}`, { cause: error });
      })
      .finally(hold.release);
  } finally {
    ignore();
  }
}

async function rollOut(args: RolloutArgs, hold: Hold, target: Colour, signal: AbortSignal): Promise<number> {
  const { environment, model, profile } = args;
  const { writer, config, journal } = hold;
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

  const gates = watch(args, target, steps);
  const begun = stageOf(steps, target, writer.traffic) !== -1;
  const first = steps[0]?.percent ?? 100;
  const reason =
    (await gates.unreachable()) ??
    (begun ? undefined : ((await gates.tooSlow()) ?? (await notReady(hold, target, first))));
  if (reason !== undefined) throw new Error(`${model} ${target}: ${reason}. Nothing was changed`);
  console.log(
    `${environment} ${model}: ${outgoing} (${other(target)}) -> ${incoming} (${target}), ${profile}`,
  );
  if (begun) console.log(`continues from where the stack is: ${shown(writer.traffic)}`);
  for (const line of await gates.forecast()) console.log(line);
  const last = steps.at(-1)?.percent ?? 100;
  const short = last > first ? await hold.unready(target, last) : undefined;
  if (short !== undefined) console.log(`the last step would wait: ${short}`);

  const style = styleFor(process.stdout);
  const decisions: Decision[] = [];
  const outcome = await roll({
    writer,
    steps,
    target,
    since: sinceOf(journal.entries().at(-1), writer.traffic),
    patienceHours: args.patienceHours ?? defaultPatienceHours,
    unready: (percent) => hold.unready(target, percent),
    alive: hold.alive,
    checkOwn: () => writer.checkOwn(),
    look: gates.look,
    onPlan: ({ number, of }, planned) =>
      console.log([`step ${number} of ${of} changes`, ...planned.map(stepLine)].join("\n")),
    onLook: (look) => {
      const decision = { ...look, at: new Date().toISOString() };
      appendFileSync(`${hold.files}.jsonl`, `${logLine(subject, decision)}\n`);
      if (isNews(decisions.at(-1), decision)) console.log(lines(look, style).join("\n"));
      decisions.push(decision);
    },
    clock: hold.clock,
    signal,
  });
  return end(hold, args, outcome, { subject, outcome, decisions });
}

/** A step that was written and not ended continues from when it was written. */
function sinceOf(last: JournalEntry | undefined, traffic: Traffic): number | undefined {
  const isStep = last?.event === "written" && last.back !== true && last.failed !== true;
  return isStep && isDeepStrictEqual(last.traffic, traffic) ? Date.parse(last.at) / 1000 : undefined;
}

async function end(
  hold: Hold,
  args: RolloutArgs,
  outcome: Outcome,
  ended: Parameters<typeof summary>[0],
): Promise<number> {
  const { environment, model, colour, profile, root } = args;
  const { traffic } = hold.writer;
  if (outcome === "finished" || outcome === "rolled back")
    hold.journal.add({ event: "ended", traffic, outcome });
  const file = `${hold.files}.md`;
  writeFileSync(file, summary(ended));
  const command = profile === "switch" ? "switch" : "rollout";
  const next =
    outcome === "interrupted" || outcome === "undecided"
      ? `\nnpm run ${command} -- ${environment} ${model} ${colour} continues, npm run switch -- ${environment} ${model} ${colour} --bake 0 sends every caller there without a comparison, npm run switch -- ${environment} ${model} --rollback rolls back`
      : "";
  console.log(`${outcome}: ${await hold.writer.remains()}${next}\nsummary in ${relative(root, file)}`);
  return { finished: 0, "rolled back": 1, overtaken: 1, undecided: 2, interrupted: 130 }[outcome];
}

/** The gates of a rollout; none where nothing is watched. */
function watch(
  { model, prometheus = inCluster.address, ...args }: RolloutArgs,
  target: Colour,
  steps: readonly Step[],
) {
  const watched = steps.some(({ minutes }) => minutes > 0);
  const thresholds = watched ? (args.thresholds ?? profiles.staged.thresholds) : undefined;
  const client = new Prometheus({ address: prometheus });
  const passed: Verdict = { outcome: "pass", findings: [], gaps: [], fewAnswers: false };
  const patienceHours = args.patienceHours ?? defaultPatienceHours;
  const hour = async () => {
    if (thresholds === undefined) return undefined;
    const answers = await answersAnHour(client, model, Date.now() / 1000);
    const { samples } = thresholds;
    return { answers, hours: steps.map((step) => stepHours(step, samples, answers)), samples };
  };
  return {
    unreachable: async () => {
      if (thresholds === undefined) return undefined;
      const answer = await client.query("vector(1)", Date.now() / 1000);
      return "trouble" in answer
        ? `${answer.message}; kubectl -n ${inCluster.namespace} port-forward svc/${serviceOf(inCluster.address)} 9090 brings it here for --prometheus http://127.0.0.1:9090`
        : undefined;
    },
    /** Why the rollout could never be judged, or nothing. */
    tooSlow: async () => {
      const found = await hour();
      const longest = Math.max(0, ...(found?.hours ?? []));
      if (found === undefined || longest <= patienceHours) return undefined;
      return (
        `${model} gave ${Math.round(found.answers)} answers in the last hour: a step with its ${found.samples} answers would take ${duration(longest)}, and may wait ${duration(patienceHours)}; ` +
        `wait longer with --patience <hours>, or switch without a comparison: npm run switch -- ${args.environment} ${model} ${target} --bake 0`
      );
    },
    /** How long the steps will take with as many answers as in the last hour. */
    forecast: async () => {
      const found = await hour();
      if (found === undefined) return [];
      const parts = steps.map(
        ({ kind, percent }, index) => `${kind} ${percent} % ${duration(found.hours[index] ?? 0)}`,
      );
      return [
        `${Math.round(found.answers)} answers in the last hour; with as many, and ${found.samples} for each gate: ${parts.join(", ")}`,
      ];
    },
    look: async ({ step, began, now }: StepTime): Promise<Verdict> => {
      if (thresholds === undefined) return passed;
      const span = { from: began, until: now };
      // A slot that lost its traffic is compared with what it was before.
      const before = step.kind === "switch" ? { from: began - (now - began), until: began } : span;
      const [canary, live] = await Promise.all([
        record(client, { model, colour: target, side: "canary", span }),
        record(client, { model, colour: other(target), side: "live", span: before }),
      ]);
      return verdict({ canary, live }, thresholds);
    },
  };
}

function serviceOf(address: string): string {
  return new URL(address).hostname.split(".")[0] ?? "";
}

async function notReady(hold: Hold, target: Colour, percent: number): Promise<string | undefined> {
  return (await hold.unready(target, percent)) ?? (await hold.smoke(target));
}

/** Other engine settings around the same weights, or another model. */
function changeBetween(one: Release | undefined, another: Release | undefined): Change {
  return isDeepStrictEqual(one?.model, another?.model) ? "code" : "model";
}

function lines({ position, secondsLeft, verdict, action }: Look, style: Style): string[] {
  return [...stepLines(position, secondsLeft, verdict, style), `  ${action}`];
}

/** Every change is shown, and otherwise every fifth minute that it goes on. */
function isNews(before: Decision | undefined, now: Decision): boolean {
  const fives = (decision: Decision | undefined) => Math.floor(Date.parse(decision?.at ?? "") / 300_000);
  return isTurn(before, now) || fives(before) !== fives(now);
}
