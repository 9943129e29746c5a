import type { Gpu } from "./gpus.ts";
import { isEightBit, kvDtypeProblem } from "./kv-dtype.ts";
import type { ModelShape } from "./model-shape.ts";

/** The properties of a model that decide which kernels compute its attention. */
export type AttentionShape = Pick<ModelShape, "headDimension" | "attention" | "attentionSinks">;

interface Backend {
  readonly name: string;
  /** Whether it is for latent attention; the others are for the rest. */
  readonly latent: boolean;
  /** Whether it computes this head size (of latent attention: the latent vector's) on this compute capability. */
  computes(headSize: number, capability: number): boolean;
  /** Whether it reads this KV cache type on this compute capability. */
  reads(kvCacheDtype: string, capability: number): boolean;
  /** Compute capability from which it knows attention sinks. */
  readonly sinksFrom: number;
}

const never = Number.POSITIVE_INFINITY;
const latentSizes = [320, 512, 576];
const fp8Names = ["fp8", "fp8_e4m3"];

/**
 * Those that vLLM tries below Blackwell, in its order; it takes the first that serves the model, and stops where none
 * does. [vLLM 0.31: platforms/cuda.py, `validate_configuration` of v1/attention/backends/*]
 */
const backends: readonly Backend[] = [
  {
    name: "FLASH_ATTN",
    latent: false,
    // Version 4 of FlashAttention, which Ampere and Ada don't have, goes up to 512.
    computes: (size, capability) =>
      capability >= 80 && size % 8 === 0 && size <= (capability >= 90 ? 512 : 256),
    // It computes in FP8 rather than only storing it, which needs version 3, which is Hopper's.
    reads: (type, capability) => !isEightBit(type) || (fp8Names.includes(type) && capability >= 90),
    sinksFrom: 90,
  },
  {
    name: "FLASHINFER",
    latent: false,
    computes: (size, capability) => capability >= 80 && [64, 128, 256, 512].includes(size),
    reads: () => true,
    // On Hopper with kernels from NVIDIA's file server, which a pod without internet doesn't reach.
    sinksFrom: never,
  },
  {
    name: "TRITON_ATTN",
    latent: false,
    computes: (size) => size >= 32,
    reads: (type, capability) => !isEightBit(type) || capability >= 89,
    sinksFrom: 0,
  },
  {
    name: "FLEX_ATTENTION",
    latent: false,
    computes: () => true,
    reads: (type) => !isEightBit(type),
    sinksFrom: never,
  },
  {
    name: "FLASH_ATTN_MLA",
    latent: true,
    computes: (size, capability) => capability >= 90 && latentSizes.includes(size),
    reads: (type) => !isEightBit(type),
    sinksFrom: never,
  },
  {
    name: "FLASHMLA",
    latent: true,
    computes: (size, capability) => capability >= 90 && latentSizes.includes(size),
    reads: (type) => !isEightBit(type) || fp8Names.includes(type),
    sinksFrom: never,
  },
  {
    name: "TRITON_MLA",
    latent: true,
    computes: () => true,
    reads: (type, capability) => !isEightBit(type) || (fp8Names.includes(type) && capability >= 89),
    sinksFrom: never,
  },
];

/** Backends that serve this model with this KV cache on this GPU, in the order in which vLLM tries them. */
export function attentionBackends(model: AttentionShape, kvCacheDtype: string, gpu: Gpu): readonly string[] {
  const { attention, attentionSinks = false } = model;
  const latent = attention?.kind === "mla";
  const size = latent ? attention.latentDimension : model.headDimension;
  return backends
    .filter(
      (backend) =>
        backend.latent === latent &&
        backend.computes(size, gpu.computeCapability) &&
        backend.reads(kvCacheDtype, gpu.computeCapability) &&
        (!attentionSinks || gpu.computeCapability >= backend.sinksFrom),
    )
    .map(({ name }) => name);
}

/** Why vLLM finds no attention backend and stops, or `undefined` where it finds one. */
export function attentionProblem(model: AttentionShape, kvCacheDtype: string, gpu: Gpu): string | undefined {
  const unknown = kvDtypeProblem(kvCacheDtype);
  if (unknown !== undefined) return unknown;
  if (attentionBackends(model, kvCacheDtype, gpu).length > 0) return undefined;
  const kind = [
    model.attention?.kind === "mla"
      ? `latent attention of ${model.attention.latentDimension} elements`
      : `heads of ${model.headDimension} elements`,
    ...(model.attentionSinks ? ["attention sinks"] : []),
  ].join(" with ");
  const plain = attentionBackends(model, "auto", gpu).length > 0;
  return (
    `no attention backend of vLLM computes ${kind} on the ${gpu.product} with a KV cache of type ${kvCacheDtype}; ` +
    (plain
      ? "set kvCacheDtype to auto, or take a GPU of a later generation"
      : "take a GPU of a later generation")
  );
}
