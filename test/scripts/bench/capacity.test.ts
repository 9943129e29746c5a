import { describe, expect, it } from "vitest";
import { throughputBandPercent } from "../../../components/capacity/throughput.ts";
import { memoryErrors, throughputErrors } from "../../../scripts/bench/capacity.ts";

describe("against what others measured", () => {
  it("the memory fit is within 3 % for half of the rows, and within 10 % for all", () => {
    const { rows, median, largest } = memoryErrors();
    expect(rows.length).toBeGreaterThanOrEqual(12);
    expect(median).toBeLessThanOrEqual(3);
    expect(largest).toBeLessThanOrEqual(10);
  });

  it("the throughput is within the band that is stated with it for half of the rows", () => {
    const { rows, median } = throughputErrors();
    expect(rows.length).toBeGreaterThanOrEqual(25);
    expect(median).toBeLessThanOrEqual(throughputBandPercent);
  });
});
