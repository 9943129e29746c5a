import { describe, expect, it } from "vitest";
import { type GpuName, gpus } from "../../../components/capacity/gpus.ts";
import {
  type Arithmetic,
  arithmetic,
  type QuantizationMethod,
  quantizationMethods,
  quantizationProblem,
} from "../../../components/capacity/quantization.ts";

const methods = Object.entries(quantizationMethods);

function method(name: string): QuantizationMethod {
  const found = quantizationMethods[name];
  if (found === undefined) throw new Error(`no method ${name}`);
  return found;
}

describe("a quantization", () => {
  it.each<[string, GpuName, Arithmetic]>([
    ["none", "h100", "bf16"],
    ["awq", "h100", "bf16"],
    ["fp8", "a10g", "bf16"],
    ["compressed-tensors-fp8", "a10g", "bf16"],
    ["fp8", "l40s", "fp8"],
    ["fp8", "h200", "fp8"],
    ["compressed-tensors-w8a8-int8", "a10g", "int8"],
    ["compressed-tensors-w4a8-fp8", "h100", "fp8"],
    ["mxfp4", "h200", "bf16"],
  ])("%s runs on an %s and computes in %s", (name, gpu, expected) => {
    expect(quantizationProblem(name, gpus[gpu])).toBeUndefined();
    expect(arithmetic(method(name), gpus[gpu])).toBe(expected);
  });

  it.each<GpuName>(["a10g", "l40s"])("with 4-bit weights and FP8 activations is refused on an %s", (gpu) => {
    const runsOn = methods.map(([name]) => name).filter((name) => name !== "compressed-tensors-w4a8-fp8");
    const capability = gpu === "a10g" ? "8.6" : "8.9";
    expect(quantizationProblem("compressed-tensors-w4a8-fp8", gpus[gpu])).toBe(
      `quantization "compressed-tensors-w4a8-fp8" needs compute capability 9.0, ` +
        `the ${gpus[gpu].product} has ${capability}; it runs: ${runsOn.join(", ")}`,
    );
  });

  it("that isn't known is refused with the known ones", () => {
    const problem = quantizationProblem("aqlm", gpus.h100);
    expect(problem).toMatch(/^quantization "aqlm" is unknown; known: none, awq, /);
    for (const [name] of methods) expect(problem).toContain(name);
  });

  it("computes in nothing that the GPU's tensor cores haven't got", () => {
    for (const gpu of Object.values(gpus)) {
      for (const [name, method] of methods) {
        if (quantizationProblem(name, gpu) !== undefined) continue;
        if (arithmetic(method, gpu) === "fp8") expect(gpu.fp8Tflops).toBeGreaterThan(gpu.bf16Tflops);
      }
    }
  });

  it("stores no fewer than 4 bits for a weight and no more than an unquantized one", () => {
    for (const [, { bitsPerWeight }] of methods) {
      expect(bitsPerWeight).toBeGreaterThanOrEqual(4);
      expect(bitsPerWeight).toBeLessThanOrEqual(16);
    }
    expect(method("none").bitsPerWeight).toBe(16);
    expect(methods.filter(([, { bitsPerWeight }]) => bitsPerWeight === 16)).toHaveLength(1);
  });

  it("computes natively only where it runs", () => {
    for (const [, { runsFrom, native }] of methods) {
      if (native !== undefined) expect(native.from).toBeGreaterThanOrEqual(runsFrom);
    }
  });
});
