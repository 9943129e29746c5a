import { expect, it } from "vitest";
import { semver } from "../../../policies/lib/semver.ts";
import { unknown, type Value } from "../../../policies/lib/value.ts";

it.each([
  ["1.2.3", { numbers: [1, 2, 3] }],
  ["v0.20.0", { numbers: [0, 20, 0] }],
  ["1.10.0-rc.1", { numbers: [1, 10, 0], suffix: "rc.1" }],
  ["1.2.3+build.5", { numbers: [1, 2, 3] }],
])("%s is one version", (value, expected) => {
  expect(semver(value)).toEqual(expected);
});

it.each<Value>([
  undefined,
  unknown,
  1.2,
  "",
  "1",
  "1.2",
  "1.x",
  "^1.2.0",
  "~1.2.0",
  ">=1.2.0",
  "1.2.3 ",
  "1.2.03",
  "latest",
  "*",
  "1.2.3-",
])("%o is none", (value) => {
  expect(semver(value)).toBe(unknown);
});
