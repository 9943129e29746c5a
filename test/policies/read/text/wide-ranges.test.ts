import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { internetReach, type RangeLimits, tooWide } from "../../../../policies/read/text/wide-ranges.ts";

const internet = internetReach({ ownRanges: ["17.0.0.0/8"] });
const vpc: RangeLimits = { widest: { 4: 16, 6: 56 }, free: [], counted: "addresses" };
const found = (values: readonly Value[], ...reaches: readonly RangeLimits[]) => [
  ...tooWide(
    "all",
    values.map((value, index) => ({ path: `${index}`, value })),
    ...reaches,
  ),
];

it.each<[string, readonly Value[]]>([
  ["nothing", []],
  ["as much as four offices have", ["203.0.112.0/23", "203.0.114.0/23", "2001:db8::/46"]],
  ["private networks", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]],
  ["a part of the organisation's own range", ["17.4.0.0/14"]],
])("lets %s be reached", (_, values) => {
  expect(found(values, internet)).toEqual([]);
});

it.each<[string, readonly Value[], readonly [path: string, problem: string][]]>([
  ["everything", ["0.0.0.0/0"], [["0", '"0.0.0.0/0" covers 4,239,261,696 public addresses']]],
  ["a half", ["128.0.0.0/1"], [["0", '"128.0.0.0/1" covers 2,146,304,000 public addresses']]],
  ["a /8", ["52.0.0.0/8"], [["0", '"52.0.0.0/8" covers 16,777,216 public addresses']]],
  ["more than a private network", ["10.0.0.0/7"], [["0", '"10.0.0.0/7" covers 16,777,216 public addresses']]],
  [
    "too much together",
    ["203.0.112.0/22", "198.51.100.7/32"],
    [["all", "the ranges together cover 1,025 public addresses"]],
  ],
  [
    "too much of IPv6",
    ["2001:db8::/45"],
    [["0", '"2001:db8::/45" covers more public addresses of IPv6 than a /46']],
  ],
  ["what isn't known", [unknown], [["0", "(not a string) is not an address range"]]],
  ["what isn't a range", ["10.0.0.0"], [["0", "(a string, not shown) is not an address range"]]],
])("says how much %s is", (_, values, problems) => {
  expect(found(values, internet)).toEqual(problems.map(([path, problem]) => ({ path, problem })));
});

it("takes the first of several limits that is exceeded", () => {
  expect(found(["10.40.0.0/15", "52.1.0.0/16", "10.0.0.0/24"], vpc, internet)).toEqual([
    { path: "0", problem: '"10.40.0.0/15" covers 131,072 addresses' },
    { path: "1", problem: '"52.1.0.0/16" covers 65,536 public addresses' },
  ]);
});
