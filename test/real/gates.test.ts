import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { GateName } from "../../scripts/rollout/gates.ts";
import { type Measure, scrapesQuery, sideQueries } from "../../scripts/rollout/queries.ts";

const promtool = spawnSync("promtool", ["--version"]).status === 0;
if (!promtool) console.warn("skipped: promtool isn't on PATH (apt-get install prometheus)");

const queries = [...sideQueries("chat", "green", "canary", 300), ...sideQueries("chat", "blue", "live", 300)];

/** A series of a green pod, as the PodMonitor labels it. */
function green(metric: string, labels: Readonly<Record<string, string>> = {}, pod = "a"): string {
  const all = { model: "chat", colour: "green", namespace: "models", pod, ...labels };
  return `${metric}{${Object.entries(all)
    .map(([label, value]) => `${label}="${value}"`)
    .join(",")}}`;
}

const answers = (status: string, pod = "a") =>
  green("http_requests_total", { handler: "/v1/chat/completions", method: "POST", status }, pod);
const read = (pod = "a") => green("vllm:num_requests_running", {}, pod);
const finished = (reason: string, pod = "a") =>
  green("vllm:request_success_total", { finished_reason: reason, model_name: "chat", engine: "0" }, pod);

/** A histogram that gets so many values a scrape up to each limit. */
function histogram(metric: string, buckets: Readonly<Record<string, number>>): Record<string, string> {
  const total = Math.max(...Object.values(buckets));
  return {
    ...Object.fromEntries(
      Object.entries(buckets).map(([le, count]) => [green(`${metric}_bucket`, { le }), `0+${count}x60`]),
    ),
    [green(`${metric}_count`)]: `0+${total}x60`,
  };
}

describe.runIf(promtool)("the queries of the gates in Prometheus's own tool", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "gantry-gates-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("are valid expressions", () => {
    const rules = [...queries.map(({ query }) => query), scrapesQuery("chat", "green")].map(
      (expr, index) => ({ record: `gate:${index}`, expr }),
    );
    writeFileSync(join(folder, "rules.yaml"), stringify({ groups: [{ name: "gates", rules }] }));
    expect(
      execFileSync("promtool", ["check", "rules", join(folder, "rules.yaml")], { encoding: "utf8" }),
    ).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  it("count errors among the answers of the API, by their status or in the engine, whichever saw more", () => {
    const failing = {
      [read()]: "1x60",
      [answers("2xx")]: "0+9x60",
      [answers("4xx")]: "0+9x60",
      [answers("5xx")]: "0+1x60",
      [finished("stop")]: "0+9x60",
      [finished("error")]: "0x60",
      [green("http_requests_total", { handler: "/v1/models", status: "5xx" })]: "0+7x60",
      [green("http_requests_total", { handler: "none", status: "5xx" })]: "0+7x60",
    };
    expect(readings(failing)("errors", "of")).toBeCloseTo(200);
    expect(readings(failing)("errors", "failed")).toBeCloseTo(20);
    const breakingOff = { ...failing, [finished("error")]: "0+3x60" };
    expect(readings(breakingOff)("errors", "failed")).toBeCloseTo(60);
  });

  it("count no error where there was none, and nothing where nothing is measured", () => {
    const fine = { [read()]: "1x60", [answers("2xx")]: "0+9x60", [finished("error")]: "0x60" };
    expect(readings(fine)("errors", "failed")).toBe(0);
    const { [finished("error")]: _, ...blind } = fine;
    expect(readings(blind)("errors", "failed")).toBeUndefined();
    const nothing = readings({});
    for (const { gate, measure } of queries) expect(nothing(gate, measure)).toBeUndefined();
  });

  it("count the errors with which the series of their status begins", () => {
    const broken = readings({
      [read()]: "1x60",
      [finished("error")]: "0x60",
      [answers("2xx")]: "0+6x24 144x36",
      [answers("5xx")]: "_x30 40x10",
    });
    expect(broken("errors", "failed")).toBe(40);
  });

  it("take a pod that wasn't read before for no newcomer: its counters hold its whole life", () => {
    const afterGap = readings({
      [read()]: "1x4 _x26 1x30",
      [finished("error")]: "0x60",
      [answers("2xx")]: "0x4 _x26 5000000+10x30",
    });
    expect(afterGap("errors", "of")).toBeLessThan(120);
  });

  it("go on over a counter that begins again, and over a pod that comes for another", () => {
    const restart = readings({
      [read()]: "1x60",
      [finished("error")]: "0x60",
      [answers("2xx")]: "1000+10x30 0+10x30",
    });
    // Less the answers between the last reading and the end.
    expect(restart("errors", "of")).toBeCloseTo(190);
    const replaced = readings({
      [read("a")]: "1x30 stale",
      [read("b")]: "_x28 1x30",
      [finished("error", "a")]: "0x30 stale",
      [finished("error", "b")]: "_x28 0x30",
      [answers("2xx", "a")]: "1000+10x30 stale",
      [answers("2xx", "b")]: "_x30 0+10x30",
    });
    // 200, and half an interval that Prometheus adds where a series ends.
    expect(replaced("errors", "of")).toBeCloseTo(205);
  });

  it("read quantiles with the lower end that many answers allow", () => {
    const metric = "vllm:e2e_request_latency_seconds";
    const slow = readings(histogram(metric, { "0.5": 0, "1": 60, "2": 99, "5": 100, "+Inf": 100 }));
    expect(slow("latencyP50", "value")).toBeCloseTo(0.917, 2);
    // 2,000 answers: 4.5 of 100 below the half, and 0.9 below the 99th.
    expect(slow("latencyP50", "bound")).toBeCloseTo(0.879, 2);
    expect(slow("latencyP99", "value")).toBeCloseTo(2, 2);
    expect(slow("latencyP99", "bound")).toBeCloseTo(1.977, 2);
    expect(slow("latencyP99", "of")).toBeCloseTo(2000, 0);
  });

  it("have no quantile of nothing, and the lowest for a handful of answers", () => {
    const metric = "vllm:time_to_first_token_seconds";
    expect(readings(histogram(metric, { "1": 0, "+Inf": 0 }))("firstToken", "value")).toBeNaN();
    expect(readings(histogram(metric, { "1": 0, "+Inf": 0 }))("firstToken", "bound")).toBeNaN();
    const few = readings(histogram(metric, { "0.5": 0, "1": 0.05, "+Inf": 0.05 }));
    expect(few("firstToken", "bound")).toBeCloseTo(0.5, 2);
  });

  it("read the half of the answers' time for a token", () => {
    const metric = "vllm:request_time_per_output_token_seconds";
    expect(readings(histogram(metric, { "0.02": 0, "0.04": 10, "+Inf": 10 }))("speed", "value")).toBeCloseTo(
      0.03,
    );
  });

  it("read what the gateway and the evaluation say of answers", () => {
    const judged = readings({
      [green("gantry_answers_checked_total")]: "0+10x60",
      [green("gantry_answers_refused_total")]: "0+2x60",
      [green("gantry_answers_malformed_total")]: "0x60",
      [green("gantry_quality_score_count")]: "0+10x60",
      [green("gantry_quality_score_sum")]: "0+9x60",
    });
    expect(judged("refusals", "failed")).toBeCloseTo(40);
    expect(judged("refusals", "of")).toBeCloseTo(200);
    expect(judged("malformed", "failed")).toBe(0);
    expect(judged("quality", "failed")).toBeCloseTo(20);
    expect(judged("quality", "of")).toBeCloseTo(200);
  });

  /** What the canary's queries say ten minutes after the series began: a unit test that expects nothing tells it. */
  function readings(
    series: Readonly<Record<string, string>>,
  ): (gate: GateName, measure: Measure) => number | undefined {
    const canary = queries.filter(({ side }) => side === "canary");
    const file = join(folder, "readings.yaml");
    const tests = [
      {
        interval: "15s",
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: canary.map(({ query }) => ({ expr: query, eval_time: "10m", exp_samples: [] })),
      },
    ];
    writeFileSync(file, stringify({ evaluation_interval: "15s", tests }));
    const said = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
    const found = new Map(
      [...(said.stdout + said.stderr).matchAll(/expr: (".*"), time: 10m,\s+exp: nil\s+got: \{\} (\S+)/g)].map(
        ([, expr = "", value = ""]) => [JSON.parse(expr) as string, Number(value.replace("Inf", "Infinity"))],
      ),
    );
    return (gate, measure) =>
      found.get(canary.find((query) => query.gate === gate && query.measure === measure)?.query ?? "");
  }
});
