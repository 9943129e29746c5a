import { describe, expect, it } from "vitest";
import {
  type AttentionShape,
  attentionBackends,
  attentionProblem,
} from "../../../components/capacity/attention-backend.ts";
import { type GpuName, gpus } from "../../../components/capacity/gpus.ts";

const plain: AttentionShape = { headDimension: 128 };
const sinks: AttentionShape = { headDimension: 64, attentionSinks: true };
const latent: AttentionShape = {
  headDimension: 128,
  attention: { kind: "mla", latentDimension: 576 },
};
const narrow: AttentionShape = { headDimension: 96 };
const wide: AttentionShape = { headDimension: 512 };

describe("the attention backends of vLLM", () => {
  it.each<[string, AttentionShape, GpuName, string, readonly string[]]>([
    ["plain", plain, "a10g", "auto", ["FLASH_ATTN", "FLASHINFER", "TRITON_ATTN", "FLEX_ATTENTION"]],
    ["plain", plain, "a10g", "fp8", ["FLASHINFER"]],
    ["plain", plain, "a10g", "fp8_e5m2", ["FLASHINFER"]],
    ["plain", plain, "l40s", "fp8", ["FLASHINFER", "TRITON_ATTN"]],
    ["plain", plain, "h100", "fp8", ["FLASH_ATTN", "FLASHINFER", "TRITON_ATTN"]],
    ["plain", plain, "h100", "fp8_e5m2", ["FLASHINFER", "TRITON_ATTN"]],
    ["plain", plain, "h200", "bfloat16", ["FLASH_ATTN", "FLASHINFER", "TRITON_ATTN", "FLEX_ATTENTION"]],
    ["with sinks", sinks, "a10g", "auto", ["TRITON_ATTN"]],
    ["with sinks", sinks, "a10g", "fp8", []],
    ["with sinks", sinks, "l40s", "fp8", ["TRITON_ATTN"]],
    ["with sinks", sinks, "h100", "auto", ["FLASH_ATTN", "TRITON_ATTN"]],
    ["with sinks", sinks, "h100", "fp8", ["FLASH_ATTN", "TRITON_ATTN"]],
    ["latent", latent, "a10g", "auto", ["TRITON_MLA"]],
    ["latent", latent, "a10g", "fp8", []],
    ["latent", latent, "l40s", "fp8", ["TRITON_MLA"]],
    ["latent", latent, "h100", "auto", ["FLASH_ATTN_MLA", "FLASHMLA", "TRITON_MLA"]],
    ["latent", latent, "h200", "fp8", ["FLASHMLA", "TRITON_MLA"]],
    ["latent", latent, "h200", "fp8_e5m2", []],
    ["with heads of 96", narrow, "a10g", "auto", ["FLASH_ATTN", "TRITON_ATTN", "FLEX_ATTENTION"]],
    ["with heads of 96", narrow, "a10g", "fp8", []],
    ["with heads of 96", narrow, "l40s", "fp8", ["TRITON_ATTN"]],
    ["with heads of 512", wide, "l40s", "auto", ["FLASHINFER", "TRITON_ATTN", "FLEX_ATTENTION"]],
    ["with heads of 512", wide, "h100", "fp8", ["FLASH_ATTN", "FLASHINFER", "TRITON_ATTN"]],
  ])("for attention %s (%j) on an %s in %s are %j", (_, shape, gpu, type, backends) => {
    expect(attentionBackends(shape, type, gpus[gpu])).toEqual(backends);
    expect(attentionProblem(shape, type, gpus[gpu]) === undefined).toBe(backends.length > 0);
  });

  it("are missing with the way out", () => {
    expect(attentionProblem(sinks, "fp8", gpus.a10g)).toBe(
      "no attention backend of vLLM computes heads of 64 elements with attention sinks on the NVIDIA A10G with a KV " +
        "cache of type fp8; set kvCacheDtype to auto, or take a GPU of a later generation",
    );
    expect(attentionProblem(latent, "fp8", gpus.a10g)).toContain("latent attention of 576 elements");
    expect(attentionProblem(plain, "int3", gpus.a10g)).toContain('KV cache type "int3" is unknown');
  });
});
