import { describe, expect, it } from "vitest";
import { configure, type Settings } from "../../../policies/lib/settings.ts";
import { unknown, type Value } from "../../../policies/lib/value.ts";

const settings = {
  ceiling: { type: "integer", description: "", minimum: 1, maximum: 8, default: 4 },
  strict: { type: "boolean", description: "", default: true },
  names: {
    type: "array",
    description: "",
    items: { type: "string", pattern: "^[a-z]+$", not: { pattern: "^no" } },
    minItems: 1,
    default: ["a"],
  },
} as const satisfies Settings;
const defaults = { ceiling: 4, strict: true, names: ["a"] };

describe("a rule's configuration", () => {
  it("is the defaults where nothing is given", () => {
    expect(configure(settings, {})).toEqual({ config: defaults, problems: [] });
  });

  it("is what is given where that is legal", () => {
    const given = { ceiling: 8, strict: false, names: ["b", "c"] };
    expect(configure(settings, given)).toEqual({ config: given, problems: [] });
  });

  it("may be at its bounds", () => {
    for (const ceiling of [1, 8]) expect(configure(settings, { ceiling }).problems).toEqual([]);
  });

  it("says what would be legal", () => {
    const given = { ceiling: 0, strict: 1, names: [] };
    expect(configure(settings, given).problems.map(({ allowed }) => allowed)).toEqual([
      "a whole number from 1 to 8",
      "true or false",
      "a list of at least 1 strings that match ^[a-z]+$ and not ^no",
    ]);
  });

  it.each<[string, Value]>([
    ["names", ["a", "B"]],
    ["ceiling", 0],
    ["ceiling", 9],
    ["ceiling", 1.5],
    ["ceiling", "4"],
    ["ceiling", unknown],
    ["strict", "true"],
    ["names", []],
    ["names", ["B"]],
    ["names", ["a", "none"]],
    ["names", [1]],
    ["names", { 0: "a" }],
  ])("keeps the default of %s and reports %j", (name, value) => {
    const { config, problems } = configure(settings, { [name]: value });
    expect(config).toEqual(defaults);
    expect(problems.map((problem) => problem.name)).toEqual([name]);
  });

  it("reports a setting that does not exist, with those that do", () => {
    expect(configure(settings, { celing: 8 }).problems).toEqual([
      { name: "celing", allowed: "one of ceiling, strict, names" },
    ]);
  });
});
