import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../policies/framework/rule.ts";
import type { Wire } from "../../scripts/plan/wire.ts";
import { type Given, judge } from "../support/policy.ts";
import { thorough } from "../support/thorough.ts";
import { anything } from "./anything.ts";
import { BareRule } from "./bare-rule.ts";
import { fixture } from "./fixtures.ts";
import { mutate, placesOf, variants } from "./variants.ts";

const inputs = thorough ? 10_000 : 200;
/** Fields of a fixture that hold what is odd or long, one at a time. */
const few = 12;
/** Made once for all rules; each puts them where it finds places. */
const values = fc.sample(anything, inputs);

/** Proves of each rule that no input makes it throw or look back over a long text. */
export function total(rules: readonly Rule[]) {
  describe.each(rules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
    const { good, bad, circumstances } = fixture(name);

    it("takes any input without an error", () => {
      const bare = new BareRule(rule, circumstances);
      const isAboutStacks = "checkStack" in rule;
      const stacks = [good, bad].flatMap((stack) => [stack, ...variants(stack, () => null)]);
      const seen = [...stacks, ...typesRead(rule)].map((stack) => ({ stack, places: placesOf(stack) }));
      const changes = fc.record({
        which: fc.constantFrom(...seen),
        where: fc.nat(),
        value: fc.nat(inputs - 1),
      });
      let run = 0;
      fc.assert(
        fc.property(changes, ({ which: { stack, places }, where, value }) => {
          const place = places[where % Math.max(places.length, 1)];
          // A rule about single resources says of the others what it said before.
          const around = isAboutStacks || place === undefined ? stack : [place.resource];
          bare.run(place === undefined ? around : mutate(around, place, values[value] ?? null));
          run += 1;
        }),
        { numRuns: inputs },
      );
      expect(run).toBe(inputs);
    });

    it("takes what is deep or broken through the real handlers", async () => {
      const odd: readonly Wire[] = ["\ud800", 1e308, -0, "", {}, [], [[]], { constructor: 1 }];
      for (const value of odd)
        for (const stack of variants(bad, () => value).slice(0, few)) await judge(rule, stack, circumstances);
      // Deeper than anything is read; decoding it takes as long as all others.
      const deep = Array.from({ length: 120 }).reduce<Wire>((inner) => ({ spec: inner }), "end");
      for (const stack of variants(bad, () => deep).slice(0, 2)) await judge(rule, stack, circumstances);
    });

    it("takes what is long", () => {
      const bare = new BareRule(rule, circumstances);
      const text = "a-".repeat(50_000);
      const long = [
        text,
        `${text}@${text}:${text}`,
        "--".repeat(50_000),
        Array(5000).fill(text.slice(0, 10)),
      ];
      // A pattern that looks back in such a text takes minutes, which the runner doesn't wait for.
      for (const value of long) for (const stack of variants(bad, () => value).slice(0, few)) bare.run(stack);
    });
  });
}

/** One resource of each type that the rule reads, for shapes that no fixture has. */
function typesRead({ resourceTypes }: Rule): Given[][] {
  const types = resourceTypes.filter((token) => !token.endsWith("*"));
  return types.map((type) => [{ type, name: "any", props: { spec: { template: { spec: {} } } } }]);
}
