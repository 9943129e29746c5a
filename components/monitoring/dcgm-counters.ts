import { gpuMetrics } from "./metrics.ts";

/** Fields of NVIDIA's driver that alerts and dashboards read, with the types that the exporter gives them. [dcgm-exporter etc/default-counters.csv] */
const counters: Readonly<Record<keyof typeof gpuMetrics, readonly ["gauge" | "counter", string]>> = {
  utilization: ["gauge", "GPU utilization (in %)."],
  memoryUsed: ["gauge", "Framebuffer memory used (in MiB)."],
  memoryFree: ["gauge", "Framebuffer memory free (in MiB)."],
  temperature: ["gauge", "GPU temperature (in C)."],
  power: ["gauge", "Power draw (in W)."],
  xid: ["gauge", "Value of the last XID error encountered."],
  rowRemapFailure: ["gauge", "Whether remapping of rows has failed."],
  // Not in the exporter's own list.
  eccUncorrectable: ["counter", "Total number of double-bit volatile ECC errors."],
};

/** The counters that the exporter publishes: this list replaces its default one. */
export const dcgmCounters = Object.entries(counters)
  .map(([name, [type, help]]) => `${gpuMetrics[name as keyof typeof gpuMetrics]}, ${type}, ${help}\n`)
  .join("");
