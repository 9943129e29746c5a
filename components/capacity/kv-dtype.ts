import type { Gpu } from "./gpus.ts";

/** Attention backends for ordinary (not MLA) attention, in the order in which vLLM tries them below Blackwell. */
export type AttentionBackend = "FLASH_ATTN" | "FLASHINFER" | "TRITON_ATTN";

interface KvDtype {
  /** Bytes of one key or value element. */
  readonly bytes: number;
  /** Compute capability from which each backend can read it. A missing backend refuses it. */
  readonly backends: Readonly<Partial<Record<AttentionBackend, number>>>;
}

const sixteenBit: KvDtype = { bytes: 2, backends: { FLASH_ATTN: 80, FLASHINFER: 80, TRITON_ATTN: 75 } };
// FlashAttention computes in FP8, which Hopper has; FlashInfer only stores in FP8; Triton's casts need sm_89.
const fp8: KvDtype = { bytes: 1, backends: { FLASH_ATTN: 90, FLASHINFER: 80, TRITON_ATTN: 89 } };

/** By `--kv-cache-dtype`, from `supported_kv_cache_dtypes` of the backends of vLLM 0.31. */
const kvDtypes: Readonly<Record<string, KvDtype>> = {
  auto: sixteenBit,
  bfloat16: sixteenBit,
  float16: sixteenBit,
  fp8,
  fp8_e4m3: fp8,
  fp8_e5m2: { bytes: 1, backends: { FLASHINFER: 80, TRITON_ATTN: 89 } },
};

/** Bytes of one key or value element, or `undefined` for a type that isn't known. */
export function kvElementBytes(kvCacheDtype: string): number | undefined {
  return kvDtypes[kvCacheDtype]?.bytes;
}

/** Backends that can read this KV cache type on this GPU, best first. Empty when there is none. */
export function kvBackends(kvCacheDtype: string, gpu: Gpu): readonly AttentionBackend[] {
  const backends = Object.entries(kvDtypes[kvCacheDtype]?.backends ?? {}) as [AttentionBackend, number][];
  return backends.filter(([, from]) => gpu.computeCapability >= from).map(([backend]) => backend);
}

/** What is wrong with this KV cache type (and backend, when one is forced) on this GPU, or `undefined`. */
export function kvCacheProblem(
  kvCacheDtype: string,
  gpu: Gpu,
  forced?: AttentionBackend,
): string | undefined {
  if (kvDtypes[kvCacheDtype] === undefined) {
    return `KV cache type "${kvCacheDtype}" is unknown; known: ${Object.keys(kvDtypes).join(", ")}`;
  }
  const backends = kvBackends(kvCacheDtype, gpu);
  if (backends.length === 0)
    return `no attention backend reads a ${kvCacheDtype} KV cache on the ${gpu.product}; use auto`;
  if (forced === undefined || backends.includes(forced)) return undefined;
  return `${forced} can't read a ${kvCacheDtype} KV cache on the ${gpu.product}; use ${backends.join(" or ")}`;
}
