import { scrapeSeconds } from "../../components/monitoring/metrics.ts";
import type { Colour } from "../../components/serving/traffic.ts";
import type { Side } from "./gates.ts";
import type { Prometheus } from "./prometheus.ts";
import { scrapesQuery, sideQueries } from "./queries.ts";
import type { Recording, Sample } from "./verdict.ts";

/** A stretch of time, in seconds since 1970. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

export interface RecordArgs {
  readonly model: string;
  readonly colour: Colour;
  /** Which part the colour plays. */
  readonly side: Side;
  /** Since the step began; of a slot that lost its traffic, the same length before it did. */
  readonly span: Span;
}

/** Reads everything that the gates want to know of one slot. Whatever goes wrong stands in the samples. */
export async function record(prometheus: Prometheus, args: RecordArgs): Promise<Recording> {
  const { model, colour, side, span } = args;
  const windowSeconds = Math.max(1, Math.round(span.until - span.from));
  const reads = sideQueries(model, colour, side, windowSeconds).map(
    async ({ gate, measure, query }): Promise<Sample[]> => {
      const answer = await prometheus.query(query, span.until);
      if ("trouble" in answer)
        return answer.trouble === "empty" ? [] : [{ gate, measure, value: answer.message }];
      return answer.series.map(({ points }) => ({
        gate,
        measure,
        value: points.at(-1)?.value ?? Number.NaN,
      }));
    },
  );
  const [samples, scraped] = await Promise.all([Promise.all(reads), scrapes(prometheus, args)]);
  return { ...span, scraped, samples: samples.flat() };
}

/** When the slot's pods were read, or why that isn't known. */
async function scrapes(
  prometheus: Prometheus,
  { model, colour, span }: RecordArgs,
): Promise<readonly number[] | string> {
  const query = scrapesQuery(model, colour);
  const answer = await prometheus.queryRange(query, span.from, span.until, scrapeSeconds);
  if ("trouble" in answer) return answer.trouble === "empty" ? [] : answer.message;
  return answer.series.flatMap(({ points }) => points.map(({ at }) => at));
}
