import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { gatewayMetrics } from "../monitoring/metrics.ts";
import type { LoadSignal } from "./engine.ts";

export interface ScalerArgs {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly prometheusAddress: string;
  /** The engine's load signals. */
  readonly signals: readonly LoadSignal[];
  /** Names by which clients may request this slot's model, which wake it where it may have no replica. */
  readonly servedNames: readonly string[];
}

/** How long a rollback may find the old replicas still there. */
export const rollbackWindowSeconds = 30 * 60;

/**
 * Scales a slot on its engine's own metrics: waiting requests and their wait, KV cache in use. GPU or
 * CPU use isn't a signal here: an engine with one request computes as hard as with many.
 */
export function scaledObject(args: ScalerArgs): CustomResourceArgs & { spec: object } {
  const { name, namespace, labels, replicas } = args;
  const signals =
    replicas.min > 0 ? args.signals : [...args.signals.map(orNone), wakeSignal(args.servedNames)];
  const triggers = signals.map(({ query, perReplica }) => ({
    type: "prometheus",
    metricType: "AverageValue",
    metadata: {
      serverAddress: args.prometheusAddress,
      query,
      threshold: String(perReplica),
      // A query without an answer is a failure, which the fallback handles; it is not "no load".
      ignoreNullValues: "false",
    },
  }));
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: { name, namespace, labels: { ...labels } },
    spec: {
      scaleTargetRef: { name },
      minReplicaCount: replicas.min,
      maxReplicaCount: replicas.max,
      pollingInterval: 15,
      cooldownPeriod: rollbackWindowSeconds,
      // Without Prometheus the slot keeps what it has, and never less than its minimum.
      fallback: { failureThreshold: 4, replicas: replicas.min, behavior: "currentReplicasIfHigher" },
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: {
            scaleUp: {
              stabilizationWindowSeconds: 0,
              policies: [{ type: "Percent", value: 100, periodSeconds: 60 }],
            },
            scaleDown: {
              stabilizationWindowSeconds: rollbackWindowSeconds,
              policies: [{ type: "Pods", value: 1, periodSeconds: 120 }],
            },
          },
        },
      },
      triggers,
    },
  };
}

/** Without replicas there are no metrics, which is not a failure there. */
function orNone({ query, perReplica }: LoadSignal): LoadSignal {
  return { query: `(${query}) or vector(0)`, perReplica };
}

/**
 * Requests that reached the gateway, which counts them also when no replica is there to answer. They decide only
 * between none and one: from the first replica on the engine's own signals do.
 */
function wakeSignal(names: readonly string[]): LoadSignal {
  const asked = `${gatewayMetrics.requests}{route=~"${names.join("|")}"}`;
  // The first request makes the series, of which increase() sees nothing.
  return {
    query: `sum(increase(${asked}[5m]) or (${asked} unless ${asked} offset 5m)) or vector(0)`,
    perReplica: 1_000_000,
  };
}
