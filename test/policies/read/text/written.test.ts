import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { written } from "../../../../policies/read/text/written.ts";

it("tells each element's place", () => {
  expect(written("rules", ["a", undefined])).toEqual([
    { path: "rules.0", value: "a" },
    { path: "rules.1", value: undefined },
  ]);
});

it("finds nothing in what is unset or empty", () => {
  expect(written("rules", undefined)).toEqual([]);
  expect(written("rules", [])).toEqual([]);
});

it("has one unknown element for a list that can't be read", () => {
  const unreadable: readonly Value[] = [unknown, "a", { 0: "a" }];
  for (const value of unreadable)
    expect(written("rules", value)).toEqual([{ path: "rules", value: unknown }]);
});
