import { z } from "zod";

/** One value at one time, in seconds since 1970. */
interface Point {
  readonly at: number;
  readonly value: number;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** In the order of time. A query for one moment has one point. */
  readonly points: readonly Point[];
}

/** Why there is no answer: nothing listens or answers in time, it refuses, it isn't Prometheus, or it has no data. */
type Trouble = "unreachable" | "status" | "malformed" | "empty";

/** Prometheus's answer. A failed query is a value: a rollout waits for the next one and continues. */
export type Answer =
  | { readonly series: readonly Series[] }
  | { readonly trouble: Trouble; readonly message: string };

export interface PrometheusArgs {
  /** Such as `http://127.0.0.1:9090`, with the path under which it is served, if any. */
  readonly address: string;
  /** For connection and answer together. @default 10 */
  readonly timeoutSeconds?: number;
}

/** Queries a Prometheus server by its HTTP API. */
export class Prometheus {
  private readonly args: PrometheusArgs;

  constructor(args: PrometheusArgs) {
    this.args = args;
  }

  /** The value of an expression at one time. @param at seconds since 1970 */
  query(query: string, at: number): Promise<Answer> {
    return this.ask("query", { query, time: String(at) });
  }

  /** The values of an expression from one time to another. */
  queryRange(query: string, from: number, until: number, stepSeconds: number): Promise<Answer> {
    const times = { start: String(from), end: String(until), step: String(stepSeconds) };
    return this.ask("query_range", { query, ...times });
  }

  /** By POST, since expressions outgrow an address. */
  private async ask(operation: string, parameters: Record<string, string>): Promise<Answer> {
    const { address, timeoutSeconds = 10 } = this.args;
    let status: number;
    let body: string;
    try {
      const response = await fetch(`${address.replace(/\/$/, "")}/api/v1/${operation}`, {
        method: "POST",
        body: new URLSearchParams(parameters),
        signal: AbortSignal.timeout(1000 * timeoutSeconds),
      });
      status = response.status;
      body = await response.text();
    } catch (error) {
      return {
        trouble: "unreachable",
        message: `Prometheus at ${address}: ${reason(error, timeoutSeconds)}`,
      };
    }
    const said = parsed(body);
    if (status !== 200) {
      const words = said?.error ?? "no reason given";
      return { trouble: "status", message: `Prometheus answered ${status}: ${words}` };
    }
    if (said?.data === undefined)
      return { trouble: "malformed", message: `${address} answered what Prometheus doesn't` };
    const series = seriesOf(said.data);
    return series.length > 0 ? { series } : { trouble: "empty", message: "no series answers the query" };
  }
}

/** Numbers come as text, for the sake of `NaN` and `+Inf`. */
const point = z
  .tuple([z.number(), z.string().regex(/^([+-]?Inf|NaN|[-+.\de]+)$/)])
  .transform(([at, value]): Point => ({ at, value: Number(value.replace("Inf", "Infinity")) }));
const metric = z.record(z.string(), z.string());
const data = z.discriminatedUnion("resultType", [
  z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric, value: point })) }),
  z.object({
    resultType: z.literal("matrix"),
    result: z.array(z.object({ metric, values: z.array(point) })),
  }),
  z.object({ resultType: z.literal("scalar"), result: point }),
]);
const envelope = z.object({
  status: z.enum(["success", "error"]),
  error: z.string().optional(),
  data: data.optional(),
});

function parsed(body: string): z.infer<typeof envelope> | undefined {
  try {
    return envelope.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

function seriesOf(answer: z.infer<typeof data>): readonly Series[] {
  if (answer.resultType === "scalar") return [{ labels: {}, points: [answer.result] }];
  if (answer.resultType === "vector")
    return answer.result.map((one) => ({ labels: one.metric, points: [one.value] }));
  return answer.result.map((one) => ({ labels: one.metric, points: one.values }));
}

function reason(error: unknown, timeoutSeconds: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${timeoutSeconds} s`;
  // Node hides the reason of a failed connection one level down.
  return error.cause instanceof Error ? error.cause.message : error.message;
}
