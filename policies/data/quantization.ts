/** Compute capabilities are without their dot: 89 is sm_89. */
export interface Format {
  readonly runsFrom: number;
  /**
   * From which on products are in the stored type; below, weights are unpacked to 16 bits first, which saves memory
   * and no time. Absent where that is all the format is for.
   */
  readonly nativeFrom?: number;
}

interface CacheType {
  /** Of one key or value element. */
  readonly bytes: number;
  /** Attention backends that read it, each with the capability from which on. */
  readonly backends: Readonly<Record<string, number>>;
}

/** The formats that an engine supports, by GPU. */
export interface EngineSupport {
  readonly engine: "vllm" | "tgi";
  /** The first version that this was read from, and the first one that wasn't compared with it. */
  readonly from: string;
  readonly below: string;
  /** By how weights are stored, `none` for unquantized ones. */
  readonly formats: Readonly<Record<string, Format>>;
  /** What the command line may call a quantization, and the formats that it then loads. */
  readonly methods: Readonly<Record<string, readonly string[]>>;
  /** By `--kv-cache-dtype`; `auto` is what holds without it. */
  readonly caches: Readonly<Record<string, CacheType>>;
}

/** By vLLM's README table of hardware, `get_min_capability` and `supported_kv_cache_dtypes`. [vLLM 0.31, 2026-08] */
const vllm: EngineSupport = {
  engine: "vllm",
  from: "0.28.0",
  below: "0.34.0",
  formats: {
    none: { runsFrom: 75 },
    awq: { runsFrom: 75 },
    gptq: { runsFrom: 75 },
    fp8: { runsFrom: 75, nativeFrom: 89 },
    "compressed-tensors-fp8": { runsFrom: 75, nativeFrom: 89 },
    "compressed-tensors-w4a16": { runsFrom: 75 },
    "compressed-tensors-w8a8-int8": { runsFrom: 75, nativeFrom: 75 },
    "compressed-tensors-w4a8-fp8": { runsFrom: 90, nativeFrom: 90 },
    mxfp4: { runsFrom: 80, nativeFrom: 90 },
    nvfp4: { runsFrom: 75, nativeFrom: 100 },
  },
  methods: {
    awq: ["awq"],
    awq_marlin: ["awq"],
    gptq: ["gptq"],
    gptq_marlin: ["gptq"],
    // Also quantizes what isn't, while it loads.
    fp8: ["fp8", "none"],
    "compressed-tensors": [
      "compressed-tensors-fp8",
      "compressed-tensors-w4a16",
      "compressed-tensors-w8a8-int8",
      "compressed-tensors-w4a8-fp8",
    ],
    mxfp4: ["mxfp4"],
    modelopt_fp4: ["nvfp4"],
  },
  caches: {
    auto: { bytes: 2, backends: { FLASH_ATTN: 80, FLASHINFER: 80, TRITON_ATTN: 75 } },
    bfloat16: { bytes: 2, backends: { FLASH_ATTN: 80, FLASHINFER: 80, TRITON_ATTN: 75 } },
    float16: { bytes: 2, backends: { FLASH_ATTN: 80, FLASHINFER: 80, TRITON_ATTN: 75 } },
    fp8: { bytes: 1, backends: { FLASH_ATTN: 90, FLASHINFER: 80, TRITON_ATTN: 89 } },
    fp8_e4m3: { bytes: 1, backends: { FLASH_ATTN: 90, FLASHINFER: 80, TRITON_ATTN: 89 } },
    fp8_e5m2: { bytes: 1, backends: { FLASHINFER: 80, TRITON_ATTN: 89 } },
  },
};

/** By `launcher/src/main.rs`, `layers/marlin/util.py` and `layers/attention/kv_cache.py`. [TGI 3.3.6, 2026-01] */
const tgi: EngineSupport = {
  engine: "tgi",
  from: "3.3.0",
  below: "3.4.0",
  formats: {
    none: { runsFrom: 75 },
    awq: { runsFrom: 80 },
    gptq: { runsFrom: 80 },
    fp8: { runsFrom: 80, nativeFrom: 89 },
    "compressed-tensors-fp8": { runsFrom: 80, nativeFrom: 89 },
    "compressed-tensors-w4a16": { runsFrom: 80 },
  },
  methods: {
    awq: ["awq"],
    gptq: ["gptq"],
    fp8: ["fp8", "none"],
    "compressed-tensors": ["compressed-tensors-fp8", "compressed-tensors-w4a16"],
  },
  caches: {
    auto: { bytes: 2, backends: { flashinfer: 80 } },
    fp8_e4m3fn: { bytes: 1, backends: { flashinfer: 80 } },
    fp8_e5m2: { bytes: 1, backends: { flashinfer: 80 } },
  },
};

/** Quantized formats by engine and version range. */
export const engineSupport: readonly EngineSupport[] = [vllm, tgi];
