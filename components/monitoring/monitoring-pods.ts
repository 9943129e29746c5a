import type { SystemPods } from "../cluster/system-pods.ts";
import { type MonitoredCounts, prometheusMemory } from "./prometheus-memory.ts";

const critical = { priorityClassName: "system-cluster-critical" } as const;

/** What watches, on the system nodes. The sidecars that reload configurations have no requests. [kube-prometheus-stack, prometheusConfigReloader] */
export function monitoringPods(watched: MonitoredCounts) {
  const { requestMiB, limitMiB } = prometheusMemory(watched);
  return {
    prometheus: {
      replicas: 1,
      millicpus: 200,
      memoryMiB: requestMiB,
      memoryLimitMiB: limitMiB,
      ...critical,
    },
    alertmanager: {
      replicas: 2,
      millicpus: 20,
      memoryMiB: 64,
      memoryLimitMiB: 128,
      apart: true,
      ...critical,
    },
    operator: { replicas: 1, millicpus: 50, memoryMiB: 128, memoryLimitMiB: 256 },
    kubeStateMetrics: { replicas: 1, millicpus: 20, memoryMiB: 64, memoryLimitMiB: 256 },
    grafana: { replicas: 1, millicpus: 100, memoryMiB: 256, memoryLimitMiB: 512 },
  } as const satisfies Record<string, SystemPods>;
}
