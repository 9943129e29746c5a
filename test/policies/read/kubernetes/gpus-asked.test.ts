import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { gpuCount, gpusAsked } from "../../../../policies/read/kubernetes/gpus-asked.ts";

it.each<[Value, Value]>([
  ["2", 2],
  [2, 2],
  ["0", 0],
  [undefined, 0],
  ["0.5", unknown],
  ["500m", unknown],
  [-1, unknown],
  [1.5, unknown],
  [true, unknown],
  [unknown, unknown],
])("GPUs are counted: %s", (value, expected) => {
  expect(gpuCount(value)).toBe(expected);
});

it("asks for the GPUs of its limit", () => {
  expect(gpusAsked({ resources: { limits: { "nvidia.com/gpu": "2" } } })).toBe(2);
  expect(gpusAsked({ resources: { requests: { "nvidia.com/gpu": "2" } } })).toBe(0);
  expect(gpusAsked({})).toBe(0);
  expect(gpusAsked({ resources: unknown })).toBe(unknown);
  expect(gpusAsked(unknown)).toBe(unknown);
});
