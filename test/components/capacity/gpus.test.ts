import { describe, expect, it } from "vitest";
import { type Gpu, type GpuName, gpus } from "../../../components/capacity/gpus.ts";
import { instancesWith } from "../../../components/capacity/instances.ts";

/** Memory by the data sheets, in GB as they count. */
const sheetGB: Readonly<Record<GpuName, number>> = { a10g: 24, l40s: 48, h100: 80, h200: 141 };
const all = Object.entries(gpus) as [GpuName, Gpu][];

describe.each(all)("the %s", (name, gpu) => {
  it("hides the driver's part of its memory", () => {
    expect(gpu.visibleGiB).toBeLessThan(sheetGB[name]);
    expect(gpu.visibleGiB).toBeGreaterThan(0.9 * sheetGB[name]);
  });

  it("computes in FP8 exactly from Ada on, at twice the 16-bit rate", () => {
    expect(gpu.fp8Tflops !== undefined).toBe(gpu.computeCapability >= 89);
    if (gpu.fp8Tflops !== undefined) expect(gpu.fp8Tflops / gpu.bf16Tflops).toBeCloseTo(2, 1);
  });

  it("reaches a share of its sheet's figures", () => {
    for (const share of [gpu.decodeBandwidthShare, gpu.computeShare]) {
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(1);
    }
  });

  it("can be had in an instance with a price", () => {
    expect(instancesWith(name, 1)[0]?.usdPerHour).toBeGreaterThan(0);
  });
});
