import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { SimulatedEngine } from "../../scripts/local/simulated-engine.ts";
import { Prometheus } from "../../scripts/rollout/prometheus.ts";
import { record } from "../../scripts/rollout/recording.ts";
import type { Recording } from "../../scripts/rollout/step-result.ts";
import { ask } from "../scripts/local/client.ts";
import { prometheusInstalled, startPrometheus } from "../support/prometheus.ts";

describe.runIf(prometheusInstalled())("a simulated engine under a real Prometheus", () => {
  it("is measured by the same queries as a pod", async () => {
    const behaviour = { tokensPerSecond: 100, firstTokenSeconds: 0.05, errorRate: 0.5 };
    const engine = new SimulatedEngine({ name: "green", servedName: "chat", behaviour });
    const port = await engine.listen();
    await using server = await startPrometheus({
      config: {
        scrape_configs: [
          {
            job_name: "engines",
            scrape_interval: "1s",
            scrape_timeout: "1s",
            static_configs: [
              {
                targets: [`127.0.0.1:${port}`],
                labels: { model: "chat", colour: "green", pod: "green" },
              },
            ],
          },
        ],
      },
    });
    const prometheus = new Prometheus({ address: server.address });
    const from = machineSeconds();
    const read = () =>
      record(prometheus, {
        model: "chat",
        colour: "green",
        side: "canary",
        span: { from, until: machineSeconds() },
      });
    let recording = await read();
    while (!measured(recording) && machineSeconds() < from + 30) {
      await Promise.all(
        Array.from({ length: 10 }, () =>
          ask({ port, body: { model: "chat", prompt: "hello", max_tokens: 10 } }),
        ),
      );
      await sleep(500);
      recording = await read();
    }
    await engine.close();
    const missing = recording.samples.filter(({ value }) => typeof value === "string");
    expect(missing).toEqual([]);
    expect(measured(recording)).toBe(true);
  });
});

/** Seconds since 1970 as Prometheus counts them; tests have the fixtures' day. */
function machineSeconds(): number {
  return (performance.timeOrigin + performance.now()) / 1000;
}

/** Whether errors and every time were seen. */
function measured({ samples }: Recording): boolean {
  const value = (gate: string, measure: string) =>
    Number(samples.find((sample) => sample.gate === gate && sample.measure === measure)?.value);
  return (
    value("errors", "of") > value("errors", "failed") &&
    value("errors", "failed") > 0 &&
    ["latencyP50", "latencyP99", "firstToken", "speed"].every((gate) => value(gate, "value") > 0)
  );
}
