import { describe, expect, it } from "vitest";
import { type Answer, Prometheus } from "../../../scripts/rollout/prometheus.ts";
import { scrapesQuery, sideQueries } from "../../../scripts/rollout/queries.ts";
import { record } from "../../../scripts/rollout/recording.ts";

/** A Prometheus that gives the same answer to everything, and keeps what it was asked. */
class StandIn extends Prometheus {
  readonly asked: unknown[] = [];
  private readonly answer: (query: string) => Answer;

  constructor(answer: (query: string) => Answer) {
    super({ address: "http://127.0.0.1:9" });
    this.answer = answer;
  }

  override async query(query: string, at: number): Promise<Answer> {
    this.asked.push([query, at]);
    return this.answer(query);
  }

  override async queryRange(query: string, from: number, until: number, step: number): Promise<Answer> {
    this.asked.push([query, from, until, step]);
    return this.answer(query);
  }
}

const span = { from: 1000, until: 1240 };
const args = { model: "chat", colour: "green", side: "canary", span } as const;
const queries = sideQueries("chat", "green", "canary", 240);
const numbers = (...values: number[]): Answer => ({
  series: [{ labels: {}, points: values.map((value, index) => ({ at: 1000 + 15 * index, value })) }],
});

describe("a recording of a slot", () => {
  it("asks everything at the end of the span, over the whole of it", async () => {
    const prometheus = new StandIn(() => numbers(7));
    const { from, until, samples, scraped } = await record(prometheus, args);
    expect({ from, until, scraped }).toEqual({ ...span, scraped: [1000] });
    expect(samples).toEqual(queries.map(({ gate, measure }) => ({ gate, measure, value: 7 })));
    expect(prometheus.asked).toEqual([
      ...queries.map(({ query }) => [query, 1240]),
      [scrapesQuery("chat", "green"), 1000, 1240, 15],
    ]);
  });

  it("has nothing for what has no series, and one sample for each where there are several", async () => {
    const { samples } = await record(
      new StandIn((query) =>
        query === queries[0]?.query
          ? { series: [1, 2].map((value) => ({ labels: {}, points: [{ at: 1240, value }] })) }
          : { trouble: "empty", message: "no series answers the query" },
      ),
      args,
    );
    expect(samples.map(({ gate, value }) => [gate, value])).toEqual([
      ["errors", 1],
      ["errors", 2],
    ]);
  });

  it("keeps the reason where Prometheus gave no answer", async () => {
    const { samples, scraped } = await record(
      new StandIn(() => ({ trouble: "unreachable", message: "no answer within 10 s" })),
      args,
    );
    expect(new Set(samples.map(({ value }) => value))).toEqual(new Set(["no answer within 10 s"]));
    expect(samples).toHaveLength(queries.length);
    expect(scraped).toBe("no answer within 10 s");
  });
});
