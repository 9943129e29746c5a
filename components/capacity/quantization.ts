import { own } from "../shared/own.ts";
import type { Gpu } from "./gpus.ts";

/** The type that products are computed in, which decides the GPU's rate. */
export type Arithmetic = "bf16" | "fp8" | "int8";

/** A quantization method: what it stores and what it computes in, by the GPU's compute capability. */
export interface QuantizationMethod {
  /** Bits stored per quantized weight, scales and zero points included. */
  readonly bitsPerWeight: number;
  /** Compute capability from which the engine runs it. */
  readonly runsFrom: number;
  /**
   * Capability from which products are in this type. Below it the weights are unpacked to 16 bits first
   * ("weight-only": saves memory and bandwidth, not arithmetic).
   */
  readonly native?: { readonly from: number; readonly arithmetic: Arithmetic };
}

const none: QuantizationMethod = { bitsPerWeight: 16, runsFrom: 75 };
// 128 weights share a 16-bit scale and a 4-bit zero point.
const int4: QuantizationMethod = { bitsPerWeight: 4 + 20 / 128, runsFrom: 75 };
const int8: QuantizationMethod = { bitsPerWeight: 8, runsFrom: 75 };
const fp8: QuantizationMethod = { bitsPerWeight: 8, runsFrom: 75, native: { from: 89, arithmetic: "fp8" } };
// 32 weights share an 8-bit scale. FP4 tensor cores begin with Blackwell, below it Marlin unpacks.
const mxfp4: QuantizationMethod = { bitsPerWeight: 4 + 8 / 32, runsFrom: 80 };
// 16 weights share an 8-bit scale.
const nvfp4: QuantizationMethod = { bitsPerWeight: 4 + 8 / 16, runsFrom: 75 };

/** By the engine's name, with the capabilities of vLLM 0.31's `get_min_capability` and its quantization table. */
export const quantizationMethods: Readonly<Record<string, QuantizationMethod>> = {
  none,
  awq: int4,
  awq_marlin: int4,
  auto_awq: int4,
  gptq: int4,
  gptq_marlin: int4,
  auto_gptq: int4,
  moe_wna16: int4,
  // The name covers several schemes; the checkpoints that carry only this name are mostly FP8.
  "compressed-tensors": fp8,
  "compressed-tensors-fp8": fp8,
  "compressed-tensors-w4a16": int4,
  "compressed-tensors-w8a16": int8,
  "compressed-tensors-w8a8-int8": { ...int8, native: { from: 75, arithmetic: "int8" } },
  "compressed-tensors-w4a8-fp8": { ...int4, runsFrom: 90, native: { from: 90, arithmetic: "fp8" } },
  fp8,
  fp8_per_tensor: fp8,
  fp8_per_block: fp8,
  fp8_per_channel: fp8,
  modelopt: fp8,
  fbgemm_fp8: { ...fp8, runsFrom: 80 },
  experts_int8: { ...int8, runsFrom: 80 },
  mxfp4,
  gpt_oss_mxfp4: mxfp4,
  modelopt_fp4: nvfp4,
  // Blocks of 32 or 256 weights with their scales, in files of llama.cpp; Ollama is the engine that reads them.
  "gguf-q4_k_m": gguf(4.85),
  "gguf-q5_k_m": gguf(5.7),
  "gguf-q6_k": gguf(6.56),
  "gguf-q8_0": gguf(8.5),
};

function gguf(bitsPerWeight: number): QuantizationMethod {
  return { bitsPerWeight, runsFrom: 50 };
}

/** What is wrong with running this quantization on this GPU, or `undefined`. */
export function quantizationProblem(quantization: string, gpu: Gpu): string | undefined {
  const method = own(quantizationMethods, quantization);
  if (method === undefined) {
    return `quantization "${quantization}" is unknown; known: ${Object.keys(quantizationMethods).join(", ")}`;
  }
  if (gpu.computeCapability >= method.runsFrom) return undefined;
  const runsOn = Object.entries(quantizationMethods)
    .filter(([, other]) => gpu.computeCapability >= other.runsFrom)
    .map(([name]) => name);
  return (
    `quantization "${quantization}" needs compute capability ${dotted(method.runsFrom)}, ` +
    `the ${gpu.product} has ${dotted(gpu.computeCapability)}; it runs: ${runsOn.join(", ")}`
  );
}

/** The type that products are computed in on this GPU; unquantized and weight-only methods compute in BF16. */
export function arithmetic(method: QuantizationMethod, gpu: Gpu): Arithmetic {
  return method.native !== undefined && gpu.computeCapability >= method.native.from
    ? method.native.arithmetic
    : "bf16";
}

function dotted(capability: number): string {
  return (capability / 10).toFixed(1);
}
