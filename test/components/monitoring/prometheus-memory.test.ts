import { describe, expect, it } from "vitest";
import { prometheusMemory } from "../../../components/monitoring/prometheus-memory.ts";

describe("Prometheus's memory", () => {
  it.each([
    ["a small environment", { nodes: 8, engines: 2 }, 1024],
    ["two dozen nodes with as many engines", { nodes: 30, engines: 21 }, 2048],
    ["two hundred nodes", { nodes: 200, engines: 300 }, 16_384],
  ])("grows with what there is to watch: %s", (_, watched, requestMiB) => {
    expect(prometheusMemory(watched)).toEqual({ requestMiB, limitMiB: 2 * requestMiB });
  });

  it("stays when one node and one engine come, but at few sizes", () => {
    const sizes = Array.from(
      { length: 300 },
      (_, nodes) => prometheusMemory({ nodes, engines: nodes }).limitMiB,
    );
    expect(new Set(sizes).size).toBeLessThan(7);
  });
});
