import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type { LoadSignal } from "./engine.ts";

export interface ScalerArgs {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly prometheusAddress: string;
  /** What the engine says of its load. */
  readonly signals: readonly LoadSignal[];
}

/** How long a rollback may find the old replicas still there. */
export const rollbackWindowSeconds = 30 * 60;

/**
 * Scales a slot on what its engine says: requests that wait, KV cache in use, time to the first token. GPU or
 * CPU use says nothing here: an engine with one request computes as hard as with many.
 */
export function scaledObject(args: ScalerArgs): CustomResourceArgs & { spec: object } {
  const { name, namespace, labels, replicas } = args;
  const triggers = args.signals.map(({ query, perReplica }) => ({
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
