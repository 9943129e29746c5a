import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { compareNumbers, semver } from "../../../../policies/read/text/semver.ts";

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

it.each([
  ["0.9.0", "0.10.0", -1],
  ["1.0.0", "0.99.99", 1],
  ["1.2.3", "1.2.4", -1],
  ["1.2.3-cu129", "v1.2.3", 0],
])("%s beside %s: %s", (one, other, sign) => {
  const first = semver(one);
  const second = semver(other);
  if (first === unknown || second === unknown) throw new Error("no versions");
  expect(Math.sign(compareNumbers(first, second))).toBe(sign);
  expect(Math.sign(compareNumbers(second, first))).toBe(0 - sign);
});
