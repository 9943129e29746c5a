import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../policies/lib/rule.ts";
import { rules } from "../../policies/rules/index.ts";
import type { Wire } from "../../scripts/plan/wire.ts";
import { type Given, judge } from "../support/policy.ts";
import { anything } from "./anything.ts";
import { BareRule } from "./bare-rule.ts";
import { fixture } from "./fixtures.ts";
import { mutate, variants } from "./variants.ts";

const inputs = 10_000;
/** Made once for all rules; each puts them where it finds places. */
const values = fc.sample(anything, inputs);

describe.each(rules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  const { good, bad, circumstances } = fixture(name);

  it("takes any input without an error", () => {
    const bare = new BareRule(rule, circumstances);
    const stacks = [good, bad].flatMap((stack) => [stack, ...variants(stack, () => null)]);
    const seen = [...stacks, ...typesRead(rule)];
    let run = 0;
    const mutated = fc.tuple(fc.constantFrom(...seen), fc.nat(), fc.nat(), fc.constantFrom(...values));
    fc.assert(
      fc.property(mutated, ([stack, which, where, value]) => {
        run += 1;
        bare.run(mutate(stack, which, where, value));
      }),
      { numRuns: inputs },
    );
    expect(run).toBe(inputs);
  });

  it("takes what is long, deep or broken through the real handlers", async () => {
    const long = "a-".repeat(50_000);
    const deep = Array.from({ length: 200 }).reduce<Wire>((inner) => ({ spec: inner }), "end");
    const odd: readonly Wire[] = [
      long,
      `${long}@${long}:${long}`,
      "--".repeat(50_000),
      deep,
      "\ud800",
      Array(5000).fill(long.slice(0, 10)),
      1e308,
      -0,
      "",
      {},
      [],
      [[]],
      { constructor: 1 },
    ];
    for (const value of odd)
      for (const stack of variants(bad, () => value).slice(0, 12)) await judge(rule, stack, circumstances);
  });
});

/** One resource of each type that the rule reads, for shapes that no fixture has. */
function typesRead({ reads }: Rule): Given[][] {
  const types = reads.filter((token) => !token.endsWith("*"));
  return types.map((type) => [{ type, name: "any", props: { spec: { template: { spec: {} } } } }]);
}
