import { describe, expect, it } from "vitest";
import { profiles } from "../../scripts/rollout/profiles.ts";
import { Prometheus } from "../../scripts/rollout/prometheus.ts";
import { record } from "../../scripts/rollout/recording.ts";
import { evaluateStep, type StepResult } from "../../scripts/rollout/step-result.ts";
import { prometheusInstalled, startPrometheus } from "../support/prometheus.ts";

const start = 1_800_000_000;
const minutes = 20;

/** A slot's engine, read every 15 s: answers and failures for each of them, and its times. */
interface Engine {
  readonly colour: "blue" | "green";
  readonly answers: number;
  readonly failures: number;
  /** Answers take up to twice as long. */
  readonly seconds: number;
  /** When it is read for the last time. @default the end */
  readonly untilMinute?: number;
}

/** What Prometheus has read of an engine, as OpenMetrics. */
function history({ colour, answers, failures, seconds, untilMinute = minutes }: Engine): string[] {
  const lines: string[] = [];
  const line = (metric: string, labels: string, value: number, at: number) =>
    lines.push(`${metric}{model="chat",colour="${colour}",pod="${colour}-0"${labels}} ${value} ${at}`);
  for (let scrape = 0; scrape <= untilMinute * 4; scrape++) {
    const at = start + 15 * scrape;
    const all = answers * scrape;
    line("vllm:num_requests_running", "", 3, at);
    line("http_requests_total", ',handler="/v1/completions",status="2xx"', all - failures * scrape, at);
    if (failures > 0)
      line("http_requests_total", ',handler="/v1/completions",status="5xx"', failures * scrape, at);
    line("vllm:request_success_total", ',finished_reason="error"', 0, at);
    for (const [metric, each] of [
      ["vllm:e2e_request_latency_seconds", seconds],
      ["vllm:time_to_first_token_seconds", seconds / 10],
      ["vllm:request_time_per_output_token_seconds", seconds / 200],
    ] as const) {
      line(`${metric}_bucket`, `,le="${each}"`, 0, at);
      for (const le of [2 * each, "+Inf"]) line(`${metric}_bucket`, `,le="${le}"`, all, at);
      line(`${metric}_count`, "", all, at);
    }
  }
  return lines;
}

describe.runIf(prometheusInstalled())("the gates on a real Prometheus", () => {
  const end = start + 60 * minutes;
  const live: Engine = { colour: "blue", answers: 190, failures: 1, seconds: 4 };
  const canary: Engine = { colour: "green", answers: 10, failures: 0, seconds: 4 };

  it("continue with a canary that does as well, though its answers aren't measured", async () => {
    const { outcome, findings } = await judged(live, canary);
    expect(findings.filter(({ outcome }) => outcome === "not measured").map(({ gate }) => gate)).toEqual([
      "refusals",
      "malformed",
      "quality",
    ]);
    expect(findings[0]).toMatchObject({ gate: "errors", outcome: "pass", canary: 0 });
    expect(findings[0]?.live).toBeCloseTo(1 / 190, 4);
    expect(findings[1]?.live).toBeCloseTo(6, 2);
    expect(outcome).toBe("pass");
  });

  it("send a canary back that fails, and one that is slow", async () => {
    const aborted = ({ findings }: StepResult) =>
      findings.filter(({ outcome }) => outcome === "abort").map(({ gate }) => gate);
    expect(aborted(await judged(live, { ...canary, failures: 1 }))).toEqual(["errors"]);
    expect(aborted(await judged(live, { ...canary, seconds: 12 }))).toEqual([
      "latencyP50",
      "latencyP99",
      "firstToken",
      "speed",
    ]);
  });

  it("hold while a slot isn't read any more, or was never there", async () => {
    const stale = await judged(live, { ...canary, untilMinute: minutes - 2 });
    expect(stale).toMatchObject({ outcome: "hold", gaps: [expect.stringMatching(/canary: .* last read/)] });
    const absent = await judged(live);
    expect(absent).toMatchObject({ outcome: "hold", gaps: ["canary: its pods were never read"] });
    expect(absent.findings[0]?.reason).toBe("canary has no series");
  });

  /** The result on the last ten minutes of these engines. */
  async function judged(...engines: readonly Engine[]): Promise<StepResult> {
    await using server = await prometheusWith(engines);
    const prometheus = new Prometheus({ address: server.address });
    const span = { from: end - 600, until: end };
    const of = (side: "canary" | "live", colour: "blue" | "green") =>
      record(prometheus, { model: "chat", colour, side, span });
    const [green, blue] = await Promise.all([of("canary", "green"), of("live", "blue")]);
    return evaluateStep({ canary: green, live: blue }, profiles.staged.thresholds, true);
  }
});

/** A server that has read these engines. */
function prometheusWith(engines: readonly Engine[]) {
  const lines = [...engines.flatMap(history), "# EOF", ""].join("\n");
  return startPrometheus({ history: lines, config: {} });
}
