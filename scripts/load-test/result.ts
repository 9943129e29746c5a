import type { RouteObjective } from "../../components/monitoring/objectives.ts";
import { quantile } from "../quantile.ts";
import { table } from "../table.ts";
import type { RampStage } from "./expected-peak.ts";

/** The outcome of one request, as `streams.py` writes it. */
export interface StreamAnswer {
  /** The stage in which it was due, from 0. */
  readonly stage: number;
  readonly tenant: string;
  /** 0 where no response came. */
  readonly status: number;
  /** Which model answered. */
  readonly model?: string | null;
  /** Why it failed or was refused. */
  readonly code?: string;
  /** How long after it was due it was sent. */
  readonly lateSeconds: number;
  /** From when it was due; absent where no token came. */
  readonly firstTokenSeconds?: number | undefined;
  readonly seconds: number;
}

export interface StageFigures {
  readonly stage: RampStage;
  readonly sent: number;
  /** Refused by a limit above the expected peak, where limits are meant to refuse. */
  readonly limited: number;
  readonly failed: number;
  readonly firstTokenP50Seconds: number | undefined;
  readonly firstTokenP99Seconds: number | undefined;
  /** 99 of 100 requests were sent at most so much after they were due. */
  readonly lateP99Seconds: number;
  /** Objectives that it missed, with the figures. */
  readonly missed: readonly string[];
}

/** Above this the machine that sends is what is measured. */
const latestSeconds = 0.25;

/** The figures of each stage that was started, next to the route's objective. */
export function figuresOf(
  stages: readonly RampStage[],
  answers: readonly StreamAnswer[],
  objective: RouteObjective,
): readonly StageFigures[] {
  return stages.flatMap((stage, index) => {
    const here = answers.filter((answer) => answer.stage === index);
    return here.length === 0 ? [] : [stageFigures(stage, here, objective)];
  });
}

function stageFigures(
  stage: RampStage,
  answers: readonly StreamAnswer[],
  objective: RouteObjective,
): StageFigures {
  // Up to the peak the tenants' limits let everything pass: a refusal there is a limit that is in the way.
  const isLimited = ({ status }: StreamAnswer) => status === 429 && stage.share > 1;
  const limited = answers.filter(isLimited).length;
  const failed = answers.filter((answer) => answer.code !== undefined && !isLimited(answer)).length;
  const firsts = answers.flatMap(({ firstTokenSeconds }) => firstTokenSeconds ?? []);
  const [p50, p99] = [quantile(firsts, 0.5), quantile(firsts, 0.99)];
  const { firstTokenP50Seconds, firstTokenP99Seconds, errorShare } = objective;
  const taken = answers.length - limited;
  const missed = [
    ...above("TTFT p50", p50, firstTokenP50Seconds),
    ...above("TTFT p99", p99, firstTokenP99Seconds),
    ...(failed > errorShare * taken
      ? [`${failed} of ${taken} failed, objective at most ${percent(errorShare)}`]
      : []),
    ...(taken === 0 ? ["every request was refused"] : []),
  ];
  return {
    ...{ stage, sent: answers.length, limited, failed, missed },
    firstTokenP50Seconds: p50,
    firstTokenP99Seconds: p99,
    lateP99Seconds:
      quantile(
        answers.map(({ lateSeconds }) => lateSeconds),
        0.99,
      ) ?? 0,
  };
}

function above(what: string, found: number | undefined, most: number): string[] {
  return found !== undefined && found > most ? [`${what} ${seconds(found)}, objective ${seconds(most)}`] : [];
}

/** The result of a load test: whether the objectives were met, missed, or can't be determined. */
export interface LoadResult {
  readonly outcome: "held" | "missed" | "undecided";
  readonly sentence: string;
}

/** @param isWhole whether every stage ended */
export function loadResultOf(figures: readonly StageFigures[], isWhole: boolean): LoadResult {
  const missed = figures.findIndex((one) => one.missed.length > 0);
  const late = figures.findIndex(({ lateP99Seconds }) => lateP99Seconds > latestSeconds);
  // What was sent late looks slow: from there on nothing is known.
  if (late >= 0 && (missed < 0 || late <= missed))
    return {
      outcome: "undecided",
      sentence: `from ${at(figures[late])} on this machine sent requests up to ${seconds(figures[late]?.lateP99Seconds)} late, so that it measures itself: run it on a larger or idle one`,
    };
  if (missed >= 0) {
    const before = figures[missed - 1];
    const holds =
      before === undefined ? "misses its objective from the first stage on" : `holds up to ${at(before)}`;
    return {
      outcome: "missed",
      sentence: `${holds}; at ${at(figures[missed])}: ${figures[missed]?.missed.join("; ")}`,
    };
  }
  const last = figures.at(-1);
  if (last === undefined) return { outcome: "undecided", sentence: "no request was answered" };
  return { outcome: isWhole ? "held" : "undecided", sentence: `the objective holds up to ${at(last)}` };
}

function at(figures: StageFigures | undefined): string {
  return `${percent(figures?.stage.share ?? 0)} of the expected peak`;
}

/** A row for each stage. */
export function figuresTable(figures: readonly StageFigures[], columns?: number): string[] {
  const head = ["of the peak", "requests/s", "sent", "limited", "failed", "TTFT p50", "TTFT p99", ""];
  const rows = figures.map(({ stage, sent, limited, failed, missed, ...times }) => [
    percent(stage.share),
    stage.requestsPerSecond.toFixed(2),
    String(sent),
    String(limited),
    String(failed),
    seconds(times.firstTokenP50Seconds),
    seconds(times.firstTokenP99Seconds),
    missed.length === 0 ? "" : "missed",
  ]);
  return table([head, ...rows], [0, 1, 2, 3, 4, 5, 6], columns);
}

/** Models that answered and codes of refusals, the most frequent first. */
export function countsOf(
  answers: readonly StreamAnswer[],
  of: (answer: StreamAnswer) => string | undefined,
): string {
  const counts = new Map<string, number>();
  for (const name of answers.flatMap((answer) => of(answer) ?? []))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function seconds(value: number | undefined): string {
  return value === undefined ? "-" : `${value.toFixed(2)} s`;
}
