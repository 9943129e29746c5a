import { describe, expect, it } from "vitest";
import { gpus } from "../../../components/capacity/gpus.ts";
import { throughputBandPercent } from "../../../components/capacity/throughput.ts";
import { memoryErrors, memoryInsideBand, throughputErrors } from "../../../scripts/bench/capacity.ts";

describe("against what others measured", () => {
  it("the memory fit is within 2 % for half of the rows, and within 10 % for all", () => {
    const { rows, median, largest } = memoryErrors();
    expect(rows.length).toBeGreaterThanOrEqual(12);
    expect(median).toBeLessThanOrEqual(2);
    expect(largest).toBeLessThanOrEqual(10);
  });

  it("the memory fit is within 2 % for half of the logs that were never looked at, and no log is in both halves", () => {
    const { rows, median, largest } = memoryErrors("held out");
    expect(rows.length).toBeGreaterThanOrEqual(5);
    expect(median).toBeLessThanOrEqual(2);
    expect(largest).toBeLessThanOrEqual(10);
    const fitted = new Set(memoryErrors("fitted").rows.map(({ name }) => name));
    expect(rows.filter(({ name }) => fitted.has(name))).toEqual([]);
  });

  it("the memory is within the band that is printed for nine of ten logs, and for most of those held out", () => {
    expect(memoryInsideBand()).toBeGreaterThanOrEqual(90);
    expect(memoryInsideBand("held out")).toBeGreaterThanOrEqual(80);
  });

  it("the throughput is 30 % off on average, and 25 % on GPUs of pools, for rows that it wasn't fitted to", () => {
    const all = throughputErrors("held out");
    expect(all.rows.length).toBeGreaterThanOrEqual(20);
    expect(all.mean).toBeLessThanOrEqual(30);
    const products = Object.values(gpus).map(({ product }) => product);
    expect(throughputErrors("held out", products).mean).toBeLessThanOrEqual(25);
  });

  it("the throughput is within the band that is printed for nine of ten rows", () => {
    expect(throughputErrors("held out").ninth).toBeLessThanOrEqual(throughputBandPercent);
    expect(throughputErrors("fitted").ninth).toBeLessThanOrEqual(throughputBandPercent);
  });
});
