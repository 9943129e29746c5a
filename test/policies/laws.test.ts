import { describe, expect, it } from "vitest";
import { rules } from "../../policies/rules/index.ts";
import { secret, unknown, type Wire } from "../../scripts/plan/wire.ts";
import { type Given, judge } from "../support/policy.ts";
import { sample } from "../support/thorough.ts";
import { fixture } from "./fixtures.ts";
import { everyText, variants } from "./variants.ts";

describe.each(rules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  const { good, bad, circumstances, pendingFor } = fixture(name);
  const pending = rules.find((one) => one.name === pendingFor);
  const judged = (given: readonly Given[]) => judge(rule, given, circumstances);

  it("accepts what is good and reports what is bad, at its own level", async () => {
    expect(await judged(good)).toEqual([]);
    const found = await judged(bad);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ level }) => level))).toEqual(new Set([rule.level ?? "mandatory"]));
  });

  it("loses no finding to an unknown, wherever that is", async () => {
    const before = (await judged(bad)).length;
    for (const stack of sample(variants(bad, () => unknown))) {
      const noted = pending === undefined ? [] : await judge(pending, stack);
      const found = [...(await judged(stack)), ...noted];
      expect([stack, found.length]).toEqual([stack, expect.toSatisfy((count) => count >= before)]);
    }
  });

  it("checks the value inside a secret", async () => {
    const ids = async (stack: readonly Given[]) => (await judged(stack)).map(({ id }) => id);
    for (const stack of [good, bad]) {
      const expected = await ids(stack);
      for (const changed of sample(variants(stack, (value) => secret(value))))
        expect(await ids(changed)).toEqual(expected);
    }
  });

  it("shows no text that is not what belongs there", async () => {
    const canary = (value: Wire) => (typeof value === "string" ? "sk-CANARY-0" : value);
    for (const stack of [
      ...sample(variants(bad, canary)),
      ...sample(variants(good, canary)),
      everyText(bad),
      everyText(good),
    ])
      for (const { message } of await judged(stack)) expect(message).not.toContain("CANARY");
  });
});
