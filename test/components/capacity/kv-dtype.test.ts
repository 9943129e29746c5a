import { describe, expect, it } from "vitest";
import { gpus } from "../../../components/capacity/gpus.ts";
import {
  type AttentionBackend,
  kvBackends,
  kvCacheProblem,
  kvElementBytes,
} from "../../../components/capacity/kv-dtype.ts";

const known = ["auto", "bfloat16", "float16", "fp8", "fp8_e4m3", "fp8_e5m2"];

describe("a KV cache type", () => {
  it.each([
    ["auto", 2],
    ["bfloat16", 2],
    ["float16", 2],
    ["fp8", 1],
    ["fp8_e4m3", 1],
    ["fp8_e5m2", 1],
    ["int3", undefined],
  ])("%s has elements of %s bytes", (type, bytes) => {
    expect(kvElementBytes(type)).toBe(bytes);
  });

  it.each<["a10g" | "l40s" | "h100" | "h200", string, readonly AttentionBackend[]]>([
    ["a10g", "auto", ["FLASH_ATTN", "FLASHINFER", "TRITON_ATTN"]],
    ["a10g", "fp8", ["FLASHINFER"]],
    ["a10g", "fp8_e4m3", ["FLASHINFER"]],
    ["a10g", "fp8_e5m2", ["FLASHINFER"]],
    ["l40s", "fp8", ["FLASHINFER", "TRITON_ATTN"]],
    ["h100", "fp8", ["FLASH_ATTN", "FLASHINFER", "TRITON_ATTN"]],
    ["h100", "fp8_e5m2", ["FLASHINFER", "TRITON_ATTN"]],
    ["h200", "bfloat16", ["FLASH_ATTN", "FLASHINFER", "TRITON_ATTN"]],
    ["h200", "int3", []],
  ])("on an %s in %s is read by %j", (gpu, type, backends) => {
    expect(kvBackends(type, gpus[gpu])).toEqual(backends);
  });

  it("has a problem with a forced backend exactly where that backend can't read it", () => {
    for (const gpu of Object.values(gpus)) {
      for (const type of known) {
        const backends = kvBackends(type, gpu);
        expect(kvCacheProblem(type, gpu)).toBeUndefined();
        for (const forced of ["FLASH_ATTN", "FLASHINFER", "TRITON_ATTN"] as const) {
          expect(kvCacheProblem(type, gpu, forced) === undefined).toBe(backends.includes(forced));
        }
      }
    }
  });

  it("is refused with what could be taken", () => {
    expect(kvCacheProblem("fp8", gpus.a10g, "FLASH_ATTN")).toBe(
      "FLASH_ATTN can't read a fp8 KV cache on the NVIDIA A10G; use FLASHINFER",
    );
    expect(kvCacheProblem("fp8", gpus.l40s, "FLASH_ATTN")).toBe(
      "FLASH_ATTN can't read a fp8 KV cache on the NVIDIA L40S; use FLASHINFER or TRITON_ATTN",
    );
    expect(kvCacheProblem("int3", gpus.a10g)).toBe(
      'KV cache type "int3" is unknown; known: auto, bfloat16, float16, fp8, fp8_e4m3, fp8_e5m2',
    );
    expect(kvCacheProblem("fp8", { ...gpus.a10g, product: "Tesla T4", computeCapability: 75 })).toBe(
      "no attention backend reads a fp8 KV cache on the Tesla T4; use auto",
    );
  });
});
