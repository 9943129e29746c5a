import { scrapeSeconds, vllmMetrics } from "../../components/monitoring/metrics.ts";
import type { Colour } from "../../components/serving/traffic.ts";
import { quantileDeviations } from "./confidence.ts";
import { type GateName, gateNames, isShare, type ShareGate, type Side, type TimeGate } from "./gates.ts";

/**
 * What is read of each gate: of a share how many failed; of a time its quantile and the end of its interval that
 * speaks for the slot under suspicion; of both, of how many answers.
 */
export type Measure = "failed" | "value" | "bound" | "of";

export interface GateQuery {
  readonly gate: GateName;
  readonly side: Side;
  readonly measure: Measure;
  /** PromQL that yields one series without labels, or none where nothing is measured. */
  readonly query: string;
}

/**
 * Series about answers, with the labels `model` and `colour`. The gateway counts every answer that it checked and
 * those that it found refused or malformed; the evaluation adds the score of each that it scored, from 0 to 1. They
 * are there from 0 on, or "none" could not be distinguished from "not measured".
 */
export const answerMetrics = {
  checked: "gantry_answers_checked_total",
  refused: "gantry_answers_refused_total",
  malformed: "gantry_answers_malformed_total",
  scores: "gantry_quality_score_sum",
  scored: "gantry_quality_score_count",
} as const;

/** Labels that the engines' PodMonitor attaches, and the window that counters are compared over. */
interface Scope {
  readonly series: string;
  readonly window: string;
}

/** @param windowSeconds how far back: since the step began, or what came before it would count as well */
export function sideQueries(
  model: string,
  colour: Colour,
  side: Side,
  windowSeconds: number,
): readonly GateQuery[] {
  const scope = { series: `model="${model}",colour="${colour}"`, window: `${windowSeconds}s` };
  return gateNames.flatMap((gate) =>
    Object.entries(isShare(gate) ? share[gate](scope) : time(gate, side, scope)).map(([measure, query]) => ({
      gate,
      side,
      measure: measure as Measure,
      query,
    })),
  );
}

/** How many readings of a slot's engines the last two intervals brought; without a value none arrived. */
export function scrapesQuery(model: string, colour: Colour): string {
  const readings = `${vllmMetrics.running}{model="${model}",colour="${colour}"}[${2 * scrapeSeconds}s]`;
  return `sum(count_over_time(${readings}))`;
}

const share: Readonly<Record<ShareGate, (scope: Scope) => { failed: string; of: string }>> = {
  errors: (scope) => ({
    // Most failures are in both counts, so they aren't added up.
    failed: `clamp_min(${engineErrors(scope)}, scalar(${httpAnswers(scope, "5xx")} or vector(0)))`,
    of: httpAnswers(scope, "2xx|5xx"),
  }),
  refusals: (scope) => answers(scope, answerMetrics.refused),
  malformed: (scope) => answers(scope, answerMetrics.malformed),
  quality: (scope) => {
    const of = increase(scope, answerMetrics.scored);
    return { failed: `${of} - ${increase(scope, answerMetrics.scores)}`, of };
  },
};

/**
 * Answers of the API by their status. Refusals of a client's bad requests (4xx) don't depend on the release.
 * A series of a status begins with its first answer, which `increase` doesn't see: its first value is added where
 * the pod itself was read before.
 */
function httpAnswers({ series, window }: Scope, status: string): string {
  const counter = `${vllmMetrics.httpRequests}{${series},handler=~"/v1/.+",handler!="/v1/models",status=~"${status}"}`;
  const pods = `${vllmMetrics.running}{${series}} offset ${window}`;
  const first = `(min_over_time(${counter}[${window}]) unless ${counter} offset ${window} and on (pod) ${pods})`;
  const growth = `increase(${counter}[${window}])`;
  return `sum(${growth} + ${first} or ${growth})`;
}

/** Answers that failed in the engine; those that broke off in the middle of a stream have the status 200. */
function engineErrors({ series, window }: Scope): string {
  return `sum(increase(${vllmMetrics.finished}{${series},finished_reason="error"}[${window}]))`;
}

function answers(scope: Scope, failed: string) {
  return { failed: increase(scope, failed), of: increase(scope, answerMetrics.checked) };
}

function increase({ series, window }: Scope, counter: string): string {
  return `sum(increase(${counter}{${series}}[${window}]))`;
}

/** Histograms with one value for each answer: tokens of one answer resemble each other and would count as many. */
const histograms: Readonly<Record<TimeGate, { readonly metric: string; readonly quantile: number }>> = {
  latencyP50: { metric: vllmMetrics.latency, quantile: 0.5 },
  latencyP99: { metric: vllmMetrics.latency, quantile: 0.99 },
  firstToken: { metric: vllmMetrics.timeToFirstToken, quantile: 0.9 },
  speed: { metric: vllmMetrics.timePerOutputToken, quantile: 0.5 },
};

/**
 * A quantile with the end of its interval by order statistics: of `n` answers, those below the true quantile are a
 * share of `q` ± √(q(1−q)/n), whatever the distribution. The canary's lower end and live's upper end are read: where
 * even these are the wrong way around, it is no chance. Live's is infinite while it has too few answers.
 */
function time(gate: TimeGate, side: Side, scope: Scope) {
  const { metric, quantile } = histograms[gate];
  const of = increase(scope, `${metric}_count`);
  const buckets = `sum by (le) (rate(${metric}_bucket{${scope.series}}[${scope.window}]))`;
  const variance = (quantile * (1 - quantile)).toFixed(4);
  const width = `${quantileDeviations} * sqrt(${variance} / ${of})`;
  // Not 0, of which Prometheus makes no number where the lowest bucket is empty.
  const end = side === "canary" ? `clamp_min(${quantile} - ${width}, 0.001)` : `${quantile} + ${width}`;
  return {
    value: `histogram_quantile(${quantile}, ${buckets})`,
    bound: `histogram_quantile(scalar(${end}), ${buckets})`,
    of,
  };
}
