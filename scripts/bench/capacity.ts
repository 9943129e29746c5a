import { memoryFit } from "../../components/capacity/memory.ts";
import { throughput } from "../../components/capacity/throughput.ts";
import { fittedBursts, heldOutBursts } from "./bursts.ts";
import {
  type MeasuredMemory,
  type MeasuredThroughput,
  measuredMemory,
  measuredThroughput,
} from "./measured.ts";
import { memoryLogs } from "./memory-logs.ts";

/** How far estimates are from what was measured, in percent of the measurement. */
export interface Errors {
  readonly rows: readonly {
    readonly name: string;
    readonly measured: number;
    readonly estimate: number;
    readonly percent: number;
  }[];
  /** Of the absolute errors. */
  readonly median: number;
  readonly mean: number;
  /** Nine of ten are no larger. */
  readonly ninth: number;
  readonly largest: number;
}

/** The measurements that constants were fitted to, or those that they weren't. */
export type Rows = "fitted" | "held out";

/** KV cache tokens from flags alone, against the engines' own logs. */
export function memoryErrors(which: Rows = "fitted"): Errors {
  const logs = which === "fitted" ? fittedMemory() : memoryLogs(which);
  return errors(logs.map((row) => [memoryName(row), ...measuredAndEstimated(row)]));
}

function measuredAndEstimated(row: MeasuredMemory): [number, number] {
  const { freeKvTokens, kvGiB } = fitOf(row);
  // A log that names no tokens has GiB.
  return row.tokens === undefined ? [row.kvGiB, kvGiB] : [row.tokens, freeKvTokens];
}

/** Share of the logs whose KV cache is within the band that the planner prints, in percent. */
export function memoryInsideBand(which?: Rows): number {
  const logs = which === "held out" ? memoryLogs(which) : [...fittedMemory(), ...memoryLogs("held out")];
  const inside = logs.filter((row) => Math.abs(overestimatedGiB(row)) <= fitOf(row).bandGiB);
  return (100 * inside.length) / logs.length;
}

/** Logs that hold less than the lower end of the band: a user who relied on it has too little. */
export function memoryBelowBand(which: Rows): readonly string[] {
  const logs = which === "held out" ? memoryLogs(which) : fittedMemory();
  return logs.filter((row) => overestimatedGiB(row) > fitOf(row).bandGiB).map(memoryName);
}

/** What `reserve.ts` has of these, whose values were fitted: libraries, exchange, two samplers, and two for the graphs. */
const fittedConstants = 6;

/**
 * Half-width of the band, in GiB, by the rule: the largest error of the n fitted logs (which a further one exceeds in
 * one of n + 1 cases), times √((n + p) / (n − p)) for p fitted constants, as the errors of a fit are smaller than those
 * of a prediction (Akaike's final prediction error). Logs of the first engine don't count: no release can name it.
 */
export function bandByRule(): number {
  const fitted = fittedMemory().filter(({ version }) => !/^0\.[0-7]\./.test(version));
  const largest = Math.max(...fitted.map((row) => Math.abs(overestimatedGiB(row))));
  const [n, p] = [fitted.length, fittedConstants];
  return largest * Math.sqrt((n + p) / (n - p));
}

const fittedMemory = () => [...measuredMemory, ...memoryLogs("fitted")];
const fitOf = (row: MeasuredMemory) => memoryFit({ ...row, engine: row });
const overestimatedGiB = (row: MeasuredMemory) => fitOf(row).kvGiB - row.kvGiB;

/** Output tokens a second against public benchmarks. @param only those on these GPUs, by product */
export function throughputErrors(which: Rows = "fitted", only?: readonly string[]): Errors {
  const all = which === "fitted" ? [...measuredThroughput, ...fittedBursts] : heldOutBursts;
  const rows = all.filter(({ gpu }) => only === undefined || only.includes(gpu.product));
  return errors(
    rows.map((row) => {
      const limits = {
        contextLength: 32_768,
        concurrentSequences: row.sequences ?? 1024,
        tensorParallel: row.tensorParallel,
        gpuMemoryUtilization: 0.9,
        kvCacheDtype: "auto",
      };
      const args = { model: row.model, gpu: row.gpu, limits, engine: { version: "0.28.0" } };
      return [
        throughputName(row),
        row.outputTokensPerSecond,
        throughput(args, row.load, row.poolTokens).outputTokensPerSecond,
      ];
    }),
  );
}

/** A table of the rows, and their median and largest error. */
export function errorTable(title: string, { rows, median, mean, ninth, largest }: Errors): string {
  const lines = rows.map(
    ({ name, measured, estimate, percent }) =>
      `  ${name.padEnd(70)} ${measured.toFixed(0).padStart(9)} ${estimate.toFixed(0).padStart(9)} ${percent.toFixed(1).padStart(7)} %`,
  );
  const head = `  ${"".padEnd(70)} ${"measured".padStart(9)} ${"estimate".padStart(9)}   error`;
  return [
    title,
    head,
    ...lines,
    `  median ${median.toFixed(1)} %, mean ${mean.toFixed(1)} %, nine of ten within ${ninth.toFixed(1)} %, largest ${largest.toFixed(1)} %`,
  ].join("\n");
}

function errors(rows: readonly (readonly [name: string, measured: number, estimate: number])[]): Errors {
  const found = rows.map(([name, measured, estimate]) => ({
    name,
    measured,
    estimate,
    percent: (100 * (estimate - measured)) / measured,
  }));
  const sorted = found.map(({ percent }) => Math.abs(percent)).sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    rows: found,
    median: ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2,
    mean: sorted.reduce((sum, error) => sum + error, 0) / sorted.length,
    ninth: sorted[Math.ceil(0.9 * sorted.length) - 1] ?? 0,
    largest: sorted.at(-1) ?? 0,
  };
}

function memoryName({ source, version, model, gpu, limits }: MeasuredMemory): string {
  return `${model.parametersB}B ${model.quantization}, ${limits.tensorParallel} × ${gpu.product.replace("NVIDIA ", "")}, vLLM ${version} (${source})`;
}

function throughputName({ source, model, gpu, tensorParallel, load }: MeasuredThroughput): string {
  const size = `${load.concurrency} × ${load.promptTokens}/${load.answerTokens}`;
  return `${model.parametersB}B ${model.quantization}, ${tensorParallel} × ${gpu.product.replace("NVIDIA ", "")}, ${size} (${source})`;
}
