import { describe, expect, it } from "vitest";
import { configure, type RuleSettings, schemaOf } from "../../../policies/framework/settings.ts";
import { unknown, type Value } from "../../../policies/framework/value.ts";

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
} as const satisfies RuleSettings;
const defaults = { ceiling: 4, strict: true, names: ["a"] };

describe("a rule's configuration", () => {
  it("is the defaults where nothing is given", () => {
    expect(configure(settings, {})).toEqual({ config: defaults, problems: [] });
  });

  it("is what is given where that is legal, and of a list what is added to the default", () => {
    const given = { ceiling: 8, strict: false, names: ["b", "a", "c"] };
    const config = { ceiling: 8, strict: false, names: ["a", "b", "c"] };
    expect(configure(settings, given)).toEqual({ config, problems: [] });
    expect(configure(settings, { names: [] })).toEqual({ config: defaults, problems: [] });
  });

  it("is a list alone where that says that it replaces the default", () => {
    const { config, problems } = configure(settings, { names: { only: ["b"] } });
    expect({ config, problems }).toEqual({ config: { ...defaults, names: ["b"] }, problems: [] });
  });

  it("is shown to the CLI as a list or an object with one", () => {
    expect(schemaOf(settings.ceiling)).toEqual(settings.ceiling);
    const { items, default: names } = settings.names;
    expect(schemaOf(settings.names)).toEqual({
      type: ["array", "object"],
      description: ' A list adds to the default; { "only": [...] } replaces it.',
      items,
      properties: { only: { type: "array", items, minItems: 1 } },
      required: ["only"],
      additionalProperties: false,
      default: names,
    });
  });

  it("may be at its bounds", () => {
    for (const ceiling of [1, 8]) expect(configure(settings, { ceiling }).problems).toEqual([]);
  });

  it("says what would be legal", () => {
    const given = { ceiling: 0, strict: 1, names: ["B"] };
    expect(configure(settings, given).problems.map(({ allowed }) => allowed)).toEqual([
      "a whole number from 1 to 8",
      "true or false",
      'a list of strings that match ^[a-z]+$ and not ^no, which adds to the default; { "only": [...] } replaces it',
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
    ["names", { only: [] }],
    ["names", { only: ["B"] }],
    ["names", { only: ["b"], more: true }],
    ["names", { only: "b" }],
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
      { name: "celing", allowed: "ceiling, strict, names" },
    ]);
  });
});
