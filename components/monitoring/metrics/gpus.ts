import { gpuMetrics } from "../metrics.ts";
import { gpuLimits } from "../objectives.ts";
import type { Indicator } from "./indicator.ts";

const each = (metric: string) => `${metric}{$where}`;
const { memoryUsed, memoryFree } = gpuMetrics;

/** The driver's metrics of each GPU. */
export const gpuIndicators = {
  utilization: {
    unit: "percent",
    means:
      "Share of the time in which kernels ran. An engine with one request shows as much as one with many.",
    expr: each(gpuMetrics.utilization),
  },
  memory: {
    unit: "percentunit",
    means: "Share of the GPU's memory that is in use. vLLM takes its share at the start and keeps it.",
    expr: `${each(memoryUsed)} / (${each(memoryUsed)} + ${each(memoryFree)})`,
    threshold: gpuLimits.memoryShare,
  },
  temperature: {
    unit: "celsius",
    means: "Temperature of the GPU, which throttles near 90 °C.",
    expr: each(gpuMetrics.temperature),
    threshold: gpuLimits.celsius,
  },
  power: { unit: "watt", means: "Power that the GPU draws.", expr: each(gpuMetrics.power) },
  xid: {
    unit: "short",
    means: "Code of the last Xid error, 0 without one.",
    expr: each(gpuMetrics.xid),
  },
  uncorrectable: {
    unit: "short",
    means: "ECC errors that couldn't be corrected, in half an hour.",
    expr: `increase(${each(gpuMetrics.eccUncorrectable)}[30m])`,
    threshold: 0,
  },
} as const satisfies Record<string, Indicator>;
