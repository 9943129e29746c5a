import { describe, expect, it } from "vitest";
import {
  rollbackWindowSeconds,
  type ScalerArgs,
  scaledObject,
} from "../../../components/serving/autoscaling.ts";
import { engines } from "../../../components/serving/engines.ts";
import { vllm } from "../../../components/serving/vllm.ts";

const args: ScalerArgs = {
  name: "chat-green",
  namespace: "models",
  labels: { "gantry.dev/model": "chat" },
  replicas: { min: 2, max: 6 },
  prometheusAddress: "http://prometheus.monitoring:9090",
  servedNames: ["chat", "assistant"],
  signals: vllm.signals({
    series: 'model="chat",colour="green"',
    name: "chat-green",
    concurrentSequences: 64,
  }),
};

interface Trigger {
  readonly type: string;
  readonly metricType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const triggers = (changed: Partial<ScalerArgs> = {}) =>
  (scaledObject({ ...args, ...changed }).spec as { readonly triggers: readonly Trigger[] }).triggers;

describe("the scaling of a slot", () => {
  it("stays between the fewest and the most replicas of the Deployment with its name", () => {
    expect(scaledObject(args)).toMatchObject({
      apiVersion: "keda.sh/v1alpha1",
      kind: "ScaledObject",
      metadata: { name: "chat-green", namespace: "models", labels: { "gantry.dev/model": "chat" } },
      spec: { scaleTargetRef: { name: "chat-green" }, minReplicaCount: 2, maxReplicaCount: 6 },
    });
  });

  it("follows what waits, what the KV cache holds, and the time in the queue, of this slot only", () => {
    const slot = '{model="chat",colour="green"}';
    expect(triggers().map(({ metadata }) => [metadata.query, metadata.threshold])).toEqual([
      [`sum(vllm:num_requests_waiting${slot})`, "8"],
      [
        `(histogram_quantile(0.9, sum by (le) (rate(vllm:request_queue_time_seconds_bucket${slot}[2m]))) > 0 ` +
          `or vector(0)) * count(vllm:num_requests_running${slot})`,
        "2",
      ],
      [`sum(vllm:kv_cache_usage_perc${slot})`, "0.8"],
    ]);
  });

  it("asks Prometheus for a value per replica, and takes no answer for a failure", () => {
    for (const { type, metricType, metadata } of triggers()) {
      expect([type, metricType, metadata.serverAddress, metadata.ignoreNullValues]).toEqual([
        "prometheus",
        "AverageValue",
        "http://prometheus.monitoring:9090",
        "false",
      ]);
    }
  });

  it.each([
    [256, 32],
    [12, 2],
    [1, 1],
  ])(
    "lets wait an eighth of the %i sequences of a replica, at least one: %i",
    (concurrentSequences, waiting) => {
      for (const engine of [engines.vllm, engines.tgi]) {
        const [first] = engine.signals({ series: "", name: "chat-green", concurrentSequences });
        expect(first?.perReplica).toBe(waiting);
      }
    },
  );

  it("keeps what there is when Prometheus is away, and never less than the minimum", () => {
    expect(scaledObject(args).spec).toMatchObject({
      fallback: { failureThreshold: 4, replicas: 2, behavior: "currentReplicasIfHigher" },
    });
  });

  it("adds replicas at once and takes them away one by one, after the time in which a rollback may want them", () => {
    expect(rollbackWindowSeconds).toBe(1800);
    expect(scaledObject(args).spec).toMatchObject({
      cooldownPeriod: 1800,
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: {
            scaleUp: {
              stabilizationWindowSeconds: 0,
              policies: [{ type: "Percent", value: 100, periodSeconds: 60 }],
            },
            scaleDown: {
              stabilizationWindowSeconds: 1800,
              policies: [{ type: "Pods", value: 1, periodSeconds: 120 }],
            },
          },
        },
      },
    });
  });

  it("wakes a slot without replicas on requests that the gateway counts, and calls silence no failure", () => {
    const asleep = { replicas: { min: 0, max: 2 } };
    expect(scaledObject({ ...args, ...asleep }).spec).toMatchObject({
      minReplicaCount: 0,
      fallback: { replicas: 0, behavior: "currentReplicasIfHigher" },
    });
    const all = triggers(asleep);
    expect(all).toHaveLength(4);
    for (const { metadata } of all) expect(metadata.query).toMatch(/ or vector\(0\)$/);
    const asked = 'gantry_gateway_requests_total{route=~"chat|assistant"}';
    expect(all.at(-1)?.metadata).toMatchObject({
      // The first request makes a series, which grew by nothing yet.
      query: `sum(increase(${asked}[5m]) or (${asked} unless ${asked} offset 5m)) or vector(0)`,
      threshold: "1000000",
    });
  });
});
