import { memoryFit } from "../../components/capacity/memory.ts";
import { throughput } from "../../components/capacity/throughput.ts";
import {
  type MeasuredMemory,
  type MeasuredThroughput,
  measuredMemory,
  measuredThroughput,
} from "./measured.ts";

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
  readonly largest: number;
}

/** KV cache tokens from flags alone, against the engines' own logs. */
export function memoryErrors(): Errors {
  return errors(
    measuredMemory.map((row) => [
      memoryName(row),
      row.tokens,
      memoryFit({ ...row, engine: row }).freeKvTokens,
    ]),
  );
}

/** Output tokens a second against public benchmarks. */
export function throughputErrors(): Errors {
  return errors(
    measuredThroughput.map((row) => {
      const limits = {
        contextLength: 32_768,
        concurrentSequences: 1024,
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
export function errorTable(title: string, { rows, median, largest }: Errors): string {
  const lines = rows.map(
    ({ name, measured, estimate, percent }) =>
      `  ${name.padEnd(70)} ${measured.toFixed(0).padStart(9)} ${estimate.toFixed(0).padStart(9)} ${percent.toFixed(1).padStart(7)} %`,
  );
  const head = `  ${"".padEnd(70)} ${"measured".padStart(9)} ${"estimate".padStart(9)}   error`;
  return [title, head, ...lines, `  median ${median.toFixed(1)} %, largest ${largest.toFixed(1)} %`].join(
    "\n",
  );
}

function errors(rows: readonly (readonly [name: string, measured: number, estimate: number])[]): Errors {
  const found = rows.map(([name, measured, estimate]) => ({
    name,
    measured,
    estimate,
    percent: (100 * (estimate - measured)) / measured,
  }));
  const sorted = found.map(({ percent }) => Math.abs(percent)).sort((a, b) => a - b);
  return { rows: found, median: sorted[Math.floor(sorted.length / 2)] ?? 0, largest: sorted.at(-1) ?? 0 };
}

function memoryName({ source, version, model, gpu, limits }: MeasuredMemory): string {
  return `${model.parametersB}B ${model.quantization}, ${limits.tensorParallel} × ${gpu.product.replace("NVIDIA ", "")}, vLLM ${version} (${source})`;
}

function throughputName({ source, model, gpu, tensorParallel, load }: MeasuredThroughput): string {
  const size = `${load.concurrency} × ${load.promptTokens}/${load.answerTokens}`;
  return `${model.parametersB}B ${model.quantization}, ${tensorParallel} × ${gpu.product.replace("NVIDIA ", "")}, ${size} (${source})`;
}
