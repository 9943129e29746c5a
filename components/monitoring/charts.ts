import type { Chart } from "../cluster/charts.ts";
import { release } from "./prometheus.ts";

/** Read in their repositories at these versions, 2026-08. */
export const monitoringCharts = {
  prometheus: {
    chart: "kube-prometheus-stack",
    version: "88.5.3",
    repositoryOpts: { repo: "https://prometheus-community.github.io/helm-charts" },
    release,
    definitions: {
      // Of the same operator, 0.93.1.
      chart: {
        chart: "prometheus-operator-crds",
        version: "31.0.1",
        repositoryOpts: { repo: "https://prometheus-community.github.io/helm-charts" },
      },
      release: "prometheus-operator-crds",
    },
  },
  /** Later versions rename the label `Hostname`, which the rules read. [dcgm-exporter#655] */
  gpuExporter: {
    chart: "dcgm-exporter",
    version: "4.8.2",
    repositoryOpts: { repo: "https://nvidia.github.io/dcgm-exporter/helm-charts" },
    release: "dcgm-exporter",
    definitions: "none",
  },
} as const satisfies Record<string, Chart>;
