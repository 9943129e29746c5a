import { own } from "../shared/own.ts";

/** Bytes of one key or value element by `--kv-cache-dtype`. [vLLM 0.31 config/cache.py] */
const kvDtypes: Readonly<Record<string, number>> = {
  auto: 2,
  bfloat16: 2,
  float16: 2,
  fp8: 1,
  fp8_e4m3: 1,
  fp8_e5m2: 1,
};

/** Bytes of one key or value element, or `undefined` for a type that isn't known. */
export function kvElementBytes(kvCacheDtype: string): number | undefined {
  return own(kvDtypes, kvCacheDtype);
}

/** Whether it stores elements in one byte, which not every backend reads. */
export function isEightBit(kvCacheDtype: string): boolean {
  return kvElementBytes(kvCacheDtype) === 1;
}

/** Why a KV cache can't have this type, or `undefined`. */
export function kvDtypeProblem(kvCacheDtype: string): string | undefined {
  if (kvElementBytes(kvCacheDtype) !== undefined) return undefined;
  return `KV cache type "${kvCacheDtype}" is unknown; known: ${Object.keys(kvDtypes).join(", ")}`;
}
