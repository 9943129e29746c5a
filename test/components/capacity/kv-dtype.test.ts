import { describe, expect, it } from "vitest";
import { kvDtypeProblem, kvElementBytes } from "../../../components/capacity/kv-dtype.ts";

describe("a KV cache type", () => {
  it.each([
    ["auto", 2],
    ["bfloat16", 2],
    ["float16", 2],
    ["fp8", 1],
    ["fp8_e4m3", 1],
    ["fp8_e5m2", 1],
    ["int3", undefined],
    ["constructor", undefined],
  ])("%s has elements of %s bytes", (type, bytes) => {
    expect(kvElementBytes(type)).toBe(bytes);
  });

  it("that isn't known is refused with those that are", () => {
    expect(kvDtypeProblem("fp8")).toBeUndefined();
    expect(kvDtypeProblem("int3")).toBe(
      'KV cache type "int3" is unknown; known: auto, bfloat16, float16, fp8, fp8_e4m3, fp8_e5m2',
    );
  });
});
