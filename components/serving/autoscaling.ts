import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type { Colour } from "./traffic.ts";

export interface ScalerArgs {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly prometheusAddress: string;
  readonly model: string;
  readonly colour: Colour;
  /** Sequences that one replica computes at the same time. */
  readonly concurrentSequences: number;
}

/** How long a rollback may find the old replicas still there. */
export const rollbackWindowSeconds = 30 * 60;
/** 90 of 100 answers begin within this time, or a replica is added. */
const firstTokenObjectiveSeconds = 2;
/** Share of the KV cache in use above which new sequences begin to push out running ones. */
const kvCacheObjective = 0.8;

/**
 * Scales a slot on what its engine says: requests that wait, KV cache in use, time to the first token. GPU or
 * CPU use says nothing here: an engine with one request computes as hard as with many.
 */
export function scaledObject(args: ScalerArgs): CustomResourceArgs & { spec: object } {
  const { name, namespace, labels, replicas } = args;
  const series = `model="${args.model}",colour="${args.colour}"`;
  const trigger = (query: string, threshold: number) => ({
    type: "prometheus",
    metricType: "AverageValue",
    metadata: {
      serverAddress: args.prometheusAddress,
      query,
      threshold: String(threshold),
      // A query without an answer is a failure, which the fallback handles; it is not "no load".
      ignoreNullValues: "false",
    },
  });
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
      triggers: [
        trigger(
          `sum(vllm:num_requests_waiting{${series}})`,
          Math.max(1, Math.round(args.concurrentSequences / 8)),
        ),
        trigger(`sum(vllm:kv_cache_usage_perc{${series}})`, kvCacheObjective),
        trigger(
          // Without requests the quantile is NaN, which the comparison drops: no load, not a failure.
          `(histogram_quantile(0.9, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket{${series}}[2m]))) > 0 ` +
            `or vector(0)) * count(vllm:num_requests_running{${series}})`,
          firstTokenObjectiveSeconds,
        ),
      ],
    },
  };
}
