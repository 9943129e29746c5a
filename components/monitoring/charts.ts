import type { Chart } from "../cluster/charts.ts";

/** Read in their repositories at these versions, 2026-08. */
export const charts = {
  prometheus: {
    chart: "kube-prometheus-stack",
    version: "88.5.3",
    repositoryOpts: { repo: "https://prometheus-community.github.io/helm-charts" },
  },
  /** Later versions rename the label `Hostname`, which the rules read. [dcgm-exporter#655] */
  gpuExporter: {
    chart: "dcgm-exporter",
    version: "4.8.2",
    repositoryOpts: { repo: "https://nvidia.github.io/dcgm-exporter/helm-charts" },
  },
} as const satisfies Record<string, Chart>;
