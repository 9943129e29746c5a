import { unknownCheckingProxy } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import {
  at,
  elements,
  field,
  isFields,
  orUnknown,
  plain,
  texts,
  unknown,
  type Value,
} from "../../../policies/framework/value.ts";
import { unknown as unknownOnWire } from "../../../scripts/plan/wire.ts";

const seen = (value: object) => plain(unknownCheckingProxy(value));

describe("what rules see of a resource", () => {
  it.each([
    ["null as unset", { a: null }, { a: undefined }],
    [
      "an unknown as the marker, its neighbours as they are",
      { a: unknownOnWire, b: 1 },
      { a: unknown, b: 1 },
    ],
    ["an unknown in a list", { a: [1, unknownOnWire, "c"] }, { a: [1, unknown, "c"] }],
    ["deep values", { a: { b: [{ c: false }] } }, { a: { b: [{ c: false }] } }],
    ["no function", { a: () => 1 }, { a: unknown }],
  ])("shows %s", (_, given, expected) => {
    expect(seen(given)).toEqual(expected);
  });

  it("keeps keys that every object inherits apart from what is inherited", () => {
    expect(at(seen({ a: 1 }), "constructor")).toBeUndefined();
    expect(at(seen(JSON.parse('{"__proto__":{"b":2}}')), "__proto__", "b")).toBe(2);
  });

  it("ends at a depth that no resource has", () => {
    let deep: object = {};
    for (let level = 0; level < 200; level++) deep = { deep };
    const path = (length: number) => Array.from({ length }, () => "deep");
    expect(isFields(at(plain(deep), ...path(99)))).toBe(true);
    expect(at(plain(deep), ...path(100))).toBe(unknown);

    const lists = Array.from({ length: 200 }).reduce<unknown>((inner) => [inner], "end");
    expect(JSON.stringify(plain(lists)).length).toBeLessThan(210);
  });

  it("lets any error through but the one about unknowns", () => {
    const broken = {
      get a(): never {
        throw new RangeError("broken");
      },
    };
    expect(() => field(broken, "a")).toThrow(RangeError);
  });
});

describe("a path", () => {
  it.each<[string, Value, Value]>([
    ["a value", { a: { b: 1 } }, 1],
    ["unset where a parent is unset", { a: undefined }, undefined],
    ["unset where the field is unset", { a: {} }, undefined],
    ["unknown where a parent is unknown", { a: unknown }, unknown],
    ["unknown where a parent is a text", { a: "b" }, unknown],
    ["unknown where a parent is a list", { a: [1] }, unknown],
  ])("leads to %s", (_, given, expected) => {
    expect(at(given, "a", "b")).toBe(expected);
  });
});

it.each<[Value, readonly string[] | symbol]>([
  ["a", ["a"]],
  [
    ["a", "b"],
    ["a", "b"],
  ],
  [undefined, []],
  [unknown, unknown],
  [["a", unknown], unknown],
  [7, unknown],
  [{ a: "b" }, unknown],
])("%o has the texts %o", (given, expected) => expect(texts(given)).toEqual(expected));

describe("a list", () => {
  it.each<[string, Value, readonly Value[]]>([
    ["its elements", [1, 2], [1, 2]],
    ["none where it is unset", undefined, []],
    ["one unknown where it is unknown", unknown, [unknown]],
    ["one unknown where it is an object", { 0: "a" }, [unknown]],
    ["one unknown where it is a text", "ab", [unknown]],
  ])("has %s", (_, given, expected) => {
    expect(orUnknown(elements(given))).toEqual(expected);
  });
});
