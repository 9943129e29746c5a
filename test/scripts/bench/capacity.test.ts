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

  it("the memory fit promises no more than the logs that it wasn't fitted to show", () => {
    const { rows } = memoryErrors("held out");
    for (const { name, percent } of rows) expect([name, percent <= 0 && percent > -10]).toEqual([name, true]);
  });

  it("the memory is within the band that is printed for nine of ten logs", () => {
    expect(memoryInsideBand()).toBeGreaterThanOrEqual(90);
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
