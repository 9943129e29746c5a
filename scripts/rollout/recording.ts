import { scrapeSeconds } from "../../components/monitoring/metrics.ts";
import type { Colour } from "../../components/serving/traffic.ts";
import type { Side } from "./gates.ts";
import type { Prometheus } from "./prometheus.ts";
import { scrapesQuery, sideQueries } from "./queries.ts";
import type { Recording, Sample } from "./step-result.ts";

/** From one time to another, in seconds since 1970. */
interface Span {
  readonly from: number;
  readonly until: number;
}

export interface RecordArgs {
  readonly model: string;
  readonly colour: Colour;
  /** Which part the colour plays. */
  readonly side: Side;
  /** When its pods have to be read: since the step began, or as long before a switch. */
  readonly span: Span;
  /** Since when answers count, where that is earlier than the span. Seconds since 1970. */
  readonly answersFrom?: number | undefined;
}

/** Reads everything that the gates need of one slot. What couldn't be read is a sample that says why. */
export async function record(prometheus: Prometheus, args: RecordArgs): Promise<Recording> {
  const { model, colour, side, span, answersFrom = span.from } = args;
  const windowSeconds = Math.max(1, Math.round(span.until - answersFrom));
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
