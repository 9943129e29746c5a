import { expect, it } from "vitest";
import { cidr } from "../../../policies/lib/cidr.ts";
import { unknown, type Value } from "../../../policies/lib/value.ts";

it.each([
  ["203.0.113.0/28", { family: 4, prefix: 28 }],
  ["0.0.0.0/0", { family: 4, prefix: 0 }],
  ["203.0.113.7/32", { family: 4, prefix: 32 }],
  ["2001:db8::1/128", { family: 6, prefix: 128 }],
  ["::/0", { family: 6, prefix: 0 }],
  ["2001:db8::/48", { family: 6, prefix: 48 }],
])("%s is a range", (value, expected) => {
  expect(cidr(value)).toEqual(expected);
});

it.each<Value>([
  undefined,
  unknown,
  24,
  "",
  "203.0.113.0",
  "203.0.113.0/33",
  "203.0.113.0/024",
  "203.0.113.0/-1",
  "203.0.113/24",
  "203.0.113.0/24/24",
  "::ffff:0.0.0.0/96",
  "fe80::1%eth0/64",
  "2001:db8::/129",
  "any/0",
])("%o is no range", (value) => {
  expect(cidr(value)).toBe(unknown);
});
