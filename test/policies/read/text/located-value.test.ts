import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { locatedElements } from "../../../../policies/read/text/located-value.ts";

it("tells each element's place", () => {
  expect(locatedElements("rules", ["a", undefined])).toEqual([
    { path: "rules.0", value: "a" },
    { path: "rules.1", value: undefined },
  ]);
});

it("finds nothing in what is unset or empty", () => {
  expect(locatedElements("rules", undefined)).toEqual([]);
  expect(locatedElements("rules", [])).toEqual([]);
});

it("has one unknown element for a list that can't be read", () => {
  const unreadable: readonly Value[] = [unknown, "a", { 0: "a" }];
  for (const value of unreadable)
    expect(locatedElements("rules", value)).toEqual([{ path: "rules", value: unknown }]);
});
