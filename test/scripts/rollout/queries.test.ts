import { describe, expect, it } from "vitest";
import { scrapeSeconds } from "../../../components/monitoring/metrics.ts";
import { scraped } from "../../../components/monitoring/pod-monitors.ts";
import { gateNames, gates, sides } from "../../../scripts/rollout/gates.ts";
import { answerMetrics, scrapesQuery, sideQueries } from "../../../scripts/rollout/queries.ts";

const queries = [...sideQueries("chat", "green", "canary", 240), ...sideQueries("chat", "blue", "live", 240)];

/** Histograms and counters of vLLM 0.31 and later, and of the HTTP server around it. [vllm/v1/metrics/loggers.py; prometheus-fastapi-instrumentator] */
const engineMetrics = [
  "http_requests_total",
  "vllm:num_requests_running",
  "vllm:request_success_total",
  "vllm:e2e_request_latency_seconds",
  "vllm:time_to_first_token_seconds",
  "vllm:request_time_per_output_token_seconds",
];

describe("the queries of the gates", () => {
  it("are all measures of every gate, for both sides", () => {
    const expected = sides.flatMap((side) =>
      gateNames.flatMap((gate) =>
        (gates[gate].kind === "share" ? ["failed", "of"] : ["value", "bound", "of"]).map(
          (measure) => `${gate} ${side} ${measure}`,
        ),
      ),
    );
    expect(queries.map(({ gate, side, measure }) => `${gate} ${side} ${measure}`)).toEqual(expected);
  });

  it("select one slot in every series by labels that the PodMonitor attaches", () => {
    const relabelings = scraped.engines?.endpoint.relabelings as { targetLabel: string }[];
    expect(relabelings.map(({ targetLabel }) => targetLabel)).toEqual(
      expect.arrayContaining(["model", "colour"]),
    );
    for (const { side, query } of queries) {
      const selectors = query.match(/\{[^}]*\}/g) ?? [];
      expect(selectors).not.toEqual([]);
      for (const selector of selectors)
        expect(selector).toContain(`model="chat",colour="${side === "canary" ? "green" : "blue"}"`);
    }
    expect(scrapesQuery("chat", "green")).toContain('{model="chat",colour="green"}[30s]');
  });

  it("read only metrics that engines have, or that are named as those to come", () => {
    const known = [...engineMetrics, ...Object.values(answerMetrics)];
    const read = queries.flatMap(({ query }) => query.match(/[a-z0-9_:]+(?=\{)/g) ?? []);
    expect(new Set(read.map((metric) => metric.replace(/(?<=seconds)_(bucket|count)$/, "")))).toEqual(
      new Set(known),
    );
  });

  it("look back over the window and no further", () => {
    for (const { query } of queries) {
      expect(new Set(query.match(/\[\w+\]/g))).toEqual(new Set(["[240s]"]));
      expect(query.match(/offset (?!240s)/)).toBeNull();
    }
  });

  it("know how often the engines are read", () => {
    expect(scraped.engines?.endpoint.interval).toBe(`${scrapeSeconds}s`);
  });
});
