import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import type { Setting } from "../../policies/framework/settings.ts";
import { rules } from "../../policies/rules/index.ts";

/**
 * The Pulumi CLI validates a pack's configuration with Go's regexp, whose language is RE2's, and refuses the whole
 * pack for one pattern that it can't compile. [pulumi/pulumi pkg/resource/analyzer/config.go validatePolicyConfig]
 */
const patterns = rules.flatMap(({ name, config = {} }) =>
  Object.entries<Setting>(config).flatMap(([setting, schema]) =>
    patternsOf(schema).map((pattern) => ({ name, setting, pattern, values: samples(schema) })),
  ),
);

/** Letters of every class that patterns use, and those that JavaScript and Go class differently. */
const letters = ["a", "Z", "_", "0", "9", ...".:/=+@-#*,$ \t\n\v\r", "\u00a0", "\u2028", "é", "ſ", "K"];

describe("patterns of the rules' settings", () => {
  it("are found", () => {
    expect(patterns.length).toBeGreaterThan(25);
  });

  it.each(patterns.map((one) => [one.name, one.setting, one] as const))(
    "mean the same to Go as to the pack: %s %s",
    (_name, _setting, { pattern, values }) => {
      const here = new RegExp(pattern);
      const go = RE2JS.compile(pattern);
      const agree = (value: string) => {
        expect([value, go.matcher(value).find()]).toEqual([value, here.test(value)]);
      };
      for (const value of values) agree(value);
      const letter = fc.constantFrom(...letters);
      fc.assert(fc.property(fc.string({ unit: letter, maxLength: 12 }), agree));
      if (values.length === 0) return;
      const place = fc.record({
        value: fc.constantFrom(...values),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
      });
      fc.assert(
        fc.property(place, letter, ({ value, at }, added) => {
          const cut = Math.round(at * value.length);
          agree(value.slice(0, cut) + added + value.slice(cut));
          agree(value.slice(0, cut) + added + value.slice(cut + 1));
        }),
      );
    },
  );
});

function patternsOf(schema: Setting): string[] {
  if (schema.type === "string") return [schema.pattern];
  if (schema.type !== "array") return [];
  const { pattern, not } = schema.items;
  return [pattern, ...(not === undefined ? [] : [not.pattern])];
}

function samples(schema: Setting): readonly string[] {
  if (schema.type === "string") return [schema.default];
  return schema.type === "array" ? schema.default : [];
}
