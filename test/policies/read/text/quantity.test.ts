import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { quantity } from "../../../../policies/read/text/quantity.ts";

it.each([
  ["16", 16],
  [16, 16],
  ["500m", 0.5],
  ["1.5", 1.5],
  [".5", 0.5],
  ["5.", 5],
  ["1k", 1000],
  ["1Ki", 1024],
  ["2Gi", 2 * 1024 ** 3],
  ["1e3", 1000],
  ["1E3", 1000],
  ["1E", 1e18],
  ["-1", -1],
  ["+2", 2],
])("a quantity of %j is %d", (value, expected) => {
  expect(quantity(value)).toBe(expected);
});

it.each<Value>([
  undefined,
  unknown,
  true,
  "",
  "Gi",
  "1 Gi",
  "1gi",
  "1K",
  "1mm",
  "0x10",
  "1e",
  "NaN",
  ".",
  Number.NaN,
  ["1"],
  { a: 1 },
])("%o is no quantity", (value) => {
  expect(quantity(value)).toBe(unknown);
});
