import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { addresses, cidr, covered } from "../../../../policies/read/text/cidr.ts";

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

it.each<[string, readonly Value[], readonly Value[], readonly [v4: bigint, v6: bigint]]>([
  ["two halves", ["0.0.0.0/1", "128.0.0.0/1"], [], [1n << 32n, 0n]],
  ["a range twice and one inside it", ["10.40.0.0/16", "10.40.0.0/16", "10.40.3.0/24"], [], [65_536n, 0n]],
  ["ranges that touch", ["10.40.0.0/17", "10.40.128.0/17"], [], [65_536n, 0n]],
  ["one of each family", ["10.40.0.0/16", "2001:db8::/56"], [], [65_536n, 1n << 72n]],
  ["a range in a free one", ["10.40.0.0/16"], ["10.0.0.0/8"], [0n, 0n]],
  ["a range around a free one", ["10.0.0.0/7"], ["10.0.0.0/8"], [1n << 24n, 0n]],
  ["all of IPv4 through NAT64", ["64:ff9b::/96"], [], [1n << 32n, 1n << 32n]],
  ["all of it and more", ["64:ff9b::/64"], [], [1n << 32n, 1n << 64n]],
  ["a part of it", ["64:ff9b::a28:0/112"], ["10.0.0.0/8", "64:ff9b::/64"], [0n, 0n]],
  ["another part of it", ["64:ff9b::3400:0/104"], ["64:ff9b::a00:0/104"], [1n << 24n, 1n << 24n]],
  ["all of IPv4 mapped", ["::ffff:0:0/96"], [], [1n << 32n, 1n << 32n]],
  ["NAT64 for networks of one's own", ["64:ff9b:1::/64"], [], [0n, 1n << 64n]],
  ["what is no range", ["any", undefined, unknown], ["none"], [0n, 0n]],
  ["nothing", [], ["10.0.0.0/8"], [0n, 0n]],
])("%s hold as many addresses as they lead to", (_, values, besides, [v4, v6]) => {
  expect(addresses(values, besides)).toEqual({ 4: v4, 6: v6 });
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
