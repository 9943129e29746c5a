import { routeObjective } from "../../components/monitoring/objectives.ts";
import { html } from "../plan/report/html.ts";
import { sentence } from "../table.ts";
import type { RampStage } from "./expected-peak.ts";
import { countsOf, figuresTable, type LoadResult, type StageFigures, type StreamAnswer } from "./result.ts";

export interface LoadTestReport {
  readonly environment: string;
  readonly route: string;
  readonly stages: readonly RampStage[];
  readonly answers: readonly StreamAnswer[];
  readonly figures: readonly StageFigures[];
  readonly result: LoadResult;
  /** Whether it was ended before its last stage was. */
  readonly interrupted: boolean;
}

/** What a load test found, in lines. @param columns width of the terminal @default any */
export function loadTestText(report: LoadTestReport, columns = Number.POSITIVE_INFINITY): string {
  const { environment, route, answers, figures, result, interrupted, stages } = report;
  const { firstTokenP50Seconds: p50, firstTokenP99Seconds: p99, errorShare } = routeObjective;
  const refused = countsOf(answers, ({ code, status }) => code && `${status || "no response"} ${code}`);
  const lines = [
    `${route} in ${environment}: objective TTFT p50 ${p50} s, p99 ${p99} s, ${100 * errorShare} % failures`,
    ...(interrupted ? [partial(figures.length, stages.length)] : []),
    `${result.outcome}: ${result.sentence}`,
  ];
  return [
    ...lines.flatMap((line) => sentence(line, columns)),
    ...(figures.length === 0 ? [] : ["", ...figuresTable(figures, columns), ""]),
    ...[
      `answered by  ${countsOf(answers, ({ model }) => model ?? undefined) || "none"}`,
      ...(refused === "" ? [] : [`not answered  ${refused}`]),
    ].flatMap((line) => sentence(line, columns)),
  ].join("\n");
}

function partial(begun: number, stages: number): string {
  if (begun === 0) return "PARTIAL: interrupted before the first answer";
  return `PARTIAL: interrupted in stage ${begun} of ${stages}, of which answers that hadn't ended are left out`;
}

/** Which stage has its first answer. */
export function stageLine(stages: readonly RampStage[], index: number): string {
  const { share = 0, requestsPerSecond = 0, seconds = 0 } = stages[index] ?? {};
  return `stage ${index + 1} of ${stages.length}: ${100 * share} % of the peak, ${requestsPerSecond.toFixed(2)} requests a second for ${seconds.toFixed(0)} s`;
}

/** Locust's page with the result above its plots. */
export function withVerdict(page: string, text: string): string {
  const block = html`<pre style="margin: 1rem; white-space: pre-wrap; font-family: monospace">${text}</pre>`;
  const at = page.lastIndexOf("<body>") + "<body>".length;
  return page.slice(0, at) + block.source + page.slice(at);
}
