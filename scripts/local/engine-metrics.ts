import { vllmMetrics } from "../../components/monitoring/metrics.ts";

/** Limits of vLLM's histograms in seconds. [vllm/v1/metrics/loggers.py] */
const limits = {
  [vllmMetrics.timeToFirstToken]: [
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160,
    640, 2560,
  ],
  [vllmMetrics.timePerOutputToken]: [
    0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
  ],
  [vllmMetrics.latency]: [
    0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680,
  ],
} as const;

/** Counters that are there from the start, as vLLM's are. */
const fromZero = [
  vllmMetrics.promptTokens,
  vllmMetrics.generatedTokens,
  vllmMetrics.preemptions,
  vllmMetrics.prefixCacheQueries,
  vllmMetrics.prefixCacheHits,
] as const;
const finishedReasons = ["stop", "length", "abort", "error", "repetition"] as const;

type Histogram = keyof typeof limits;
type Labels = Readonly<Record<string, string>>;
export type FinishedReason = (typeof finishedReasons)[number];

/** An engine's metrics, with the names and labels of vLLM and of the HTTP server around it. */
export class EngineMetrics {
  private readonly own: Labels;
  private readonly counters = new Map<string, number>();
  private readonly observed: Readonly<Record<Histogram, number[]>>;

  /** @param servedName what vLLM calls its model */
  constructor(servedName: string) {
    this.own = { engine: "0", model_name: servedName };
    this.observed = Object.fromEntries(Object.keys(limits).map((name) => [name, [] as number[]])) as Record<
      Histogram,
      number[]
    >;
    for (const counter of fromZero) this.counters.set(series(counter, this.own), 0);
    for (const reason of finishedReasons) this.finished(reason, 0);
  }

  add(counter: (typeof fromZero)[number], more: number) {
    this.raise(series(counter, this.own), more);
  }

  finished(reason: FinishedReason, more = 1) {
    this.raise(series(vllmMetrics.finished, { ...this.own, finished_reason: reason }), more);
  }

  /** An answer of the HTTP server, which knows statuses by their first digit only. */
  answered(handler: string, method: string, status: number) {
    const labels = { handler, method, status: `${Math.floor(status / 100)}xx` };
    this.raise(series(vllmMetrics.httpRequests, labels), 1);
  }

  observe(histogram: Histogram, seconds: number, times = 1) {
    for (let index = 0; index < times; index++) this.observed[histogram].push(seconds);
  }

  /** A counter's value. */
  total(counter: (typeof fromZero)[number]): number {
    return this.counters.get(series(counter, this.own)) ?? 0;
  }

  /** How much a histogram has seen. */
  observations(histogram: Histogram): { readonly count: number; readonly sum: number } {
    const values = this.observed[histogram];
    return { count: values.length, sum: values.reduce((sum, value) => sum + value, 0) };
  }

  /** All of it as Prometheus reads it. @param running requests at this moment */
  text(running: number): string {
    const gauges = {
      [vllmMetrics.running]: running,
      [vllmMetrics.waiting]: 0,
      [vllmMetrics.kvCacheUsage]: Math.min(1, running / 256),
    };
    return [
      ...Object.entries(gauges).map(([name, value]) => `${series(name, this.own)} ${value}`),
      ...[...this.counters].map(([name, value]) => `${name} ${value}`),
      ...Object.entries(this.observed).flatMap(([name, values]) => this.histogram(name as Histogram, values)),
      "",
    ].join("\n");
  }

  private raise(name: string, more: number) {
    this.counters.set(name, (this.counters.get(name) ?? 0) + more);
  }

  private histogram(name: Histogram, values: readonly number[]): string[] {
    const upTo = (limit: number) => values.filter((value) => value <= limit).length;
    const bucket = (le: string, count: number) => `${series(`${name}_bucket`, { ...this.own, le })} ${count}`;
    return [
      ...limits[name].map((limit) => bucket(String(limit), upTo(limit))),
      bucket("+Inf", values.length),
      `${series(`${name}_count`, this.own)} ${values.length}`,
      `${series(`${name}_sum`, this.own)} ${values.reduce((sum, value) => sum + value, 0)}`,
    ];
  }
}

function series(name: string, labels: Labels): string {
  const quoted = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${quoted.join(",")}}`;
}
