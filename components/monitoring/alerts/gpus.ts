import { gpuIndicators } from "../metrics/gpus.ts";
import { promql } from "../metrics/indicator.ts";
import { gpuMetrics } from "../metrics.ts";
import type { Alert } from "./alert.ts";

const { memory, temperature, uncorrectable } = gpuIndicators;
const gpuName = "GPU {{ $labels.gpu }} of {{ $labels.Hostname }}";

/** Alerts on the GPU driver's metrics. */
export const gpuAlerts: readonly Alert[] = [
  {
    name: "GpuXidError",
    expr: `${gpuMetrics.xid} > 0 and changes(${gpuMetrics.xid}[15m]) > 0`,
    for: "0m",
    severity: "critical",
    summary: `${gpuName} reports Xid {{ $value }}`,
    description: "The driver reported an error. Its Xid code determines what to do.",
  },
  {
    name: "GpuMemoryDefective",
    // A row that was replaced by a spare one works. [NVIDIA, GPU memory error management]
    expr: `${gpuMetrics.rowRemapFailure} > 0`,
    for: "0m",
    severity: "warning",
    summary: `${gpuName} has defective memory`,
    description: "Memory rows failed and no spare one replaced them. Replace the node.",
  },
  {
    name: "GpuMemoryErrors",
    expr: `${promql(uncorrectable)} > ${uncorrectable.threshold}`,
    for: "0m",
    severity: "warning",
    summary: `${gpuName} had {{ $value | humanize }} memory errors that couldn't be corrected`,
    description:
      "What was computed with that memory is lost. A second time on the same GPU means that it fails.",
  },
  {
    name: "GpuMemoryHigh",
    expr: `${promql(memory)} > ${memory.threshold}`,
    for: "10m",
    severity: "warning",
    summary: `${gpuName} uses {{ $value | humanizePercentage }} of its memory`,
    description:
      "More than 90 % of what the engine leaves free. The next allocation fails, and the engine with it.",
  },
  {
    name: "GpuTemperatureHigh",
    expr: `${promql(temperature)} > ${temperature.threshold}`,
    for: "10m",
    severity: "warning",
    summary: `${gpuName} has {{ $value }} °C`,
    description: "It throttles near 90 °C. Replace the node.",
  },
];
