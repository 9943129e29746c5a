import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { cidr, covered, isNarrow, widerTogether } from "../../../../policies/read/text/cidr.ts";

it.each([
  ["203.0.113.0/28", { family: 4, prefix: 28, first: 0xcb_00_71_00n }],
  ["0.0.0.0/0", { family: 4, prefix: 0, first: 0n }],
  ["203.0.113.7/32", { family: 4, prefix: 32, first: 0xcb_00_71_07n }],
  ["203.0.113.7/24", { family: 4, prefix: 24, first: 0xcb_00_71_00n }],
  ["2001:db8::1/128", { family: 6, prefix: 128, first: (0x2001_0db8n << 96n) + 1n }],
  ["::/0", { family: 6, prefix: 0, first: 0n }],
  ["::1/128", { family: 6, prefix: 128, first: 1n }],
  ["2001:db8::/48", { family: 6, prefix: 48, first: 0x2001_0db8n << 96n }],
  ["1:2:3:4:5:6:7:8/112", { family: 6, prefix: 112, first: 0x1_0002_0003_0004_0005_0006_0007_0000n }],
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
  "010.0.0.1/8",
  "::ffff:0.0.0.0/96",
  "fe80::1%eth0/64",
  "2001:db8::/129",
  "any/0",
])("%o is no range", (value) => {
  expect(cidr(value)).toBe(unknown);
});

const shortest = { 4: 16, 6: 56 };

it.each<[Value, boolean]>([
  ["10.40.0.0/16", true],
  ["10.40.0.0/15", false],
  ["2001:db8::/56", true],
  ["2001:db8::/55", false],
  // NAT64 leads to all of IPv4, or to the part of it that the last bits name.
  ["64:ff9b::/96", false],
  ["64:ff9b::/64", false],
  ["64:ff9b::a28:0/112", true],
  ["64:ff9b::a28:0/111", false],
  ["64:ff9b:1::/64", true],
  ["any", false],
  [undefined, false],
])("%o is narrow: %s", (value, narrow) => {
  expect(isNarrow(value, shortest)).toBe(narrow);
});

it.each<[string, readonly Value[], boolean]>([
  ["two halves", ["10.40.0.0/17", "10.40.128.0/17"], false],
  ["a range twice and one inside it", ["10.40.0.0/16", "10.40.0.0/16", "10.40.3.0/24"], false],
  ["one address more", ["10.40.0.0/16", "10.41.0.0/32"], true],
  ["one of each family", ["10.40.0.0/16", "2001:db8::/56"], false],
  ["two of IPv6", ["2001:db8::/56", "2001:db8:0:ff00::/56"], true],
  ["what is no range", ["any", undefined], false],
  ["nothing", [], false],
])("%s are too wide together: %s", (_, values, wider) => {
  expect(widerTogether(values, shortest)).toBe(wider);
});

it.each<[Value, readonly Value[], boolean]>([
  ["10.40.0.0/18", ["10.40.0.0/16"], true],
  ["10.40.0.0/18", ["10.40.0.0/18"], true],
  ["10.40.0.0/18", ["10.40.32.0/19", "10.40.0.0/19"], true],
  ["10.40.0.0/18", ["10.40.0.0/19", "10.40.48.0/20"], false],
  ["10.40.0.0/18", ["10.50.0.0/16"], false],
  ["10.40.0.0/18", ["::/0"], false],
  ["2001:db8::/64", ["2001:db8::/56"], true],
  [undefined, ["0.0.0.0/0"], false],
  ["10.40.0.0/18", [undefined, "any"], false],
])("%o lies in %o: %s", (value, by, inside) => {
  expect(covered(value, by)).toBe(inside);
});
