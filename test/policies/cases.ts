import { describe, expect, it } from "vitest";
import type { Rule } from "../../policies/framework/rule.ts";
import { type Circumstances, findings, type Given, judge } from "../support/policy.ts";

type Stack = Given | readonly Given[];

export interface Cases {
  /** What the rule says nothing about, each with its name. */
  readonly passes: readonly (readonly [what: string, given: Stack, circumstances?: Circumstances])[];
  /** What it reports, with the exact findings as `resource#path`. */
  readonly reports: readonly (readonly [
    what: string,
    given: Stack,
    found: readonly string[],
    circumstances?: Circumstances,
  ])[];
}

/** Runs a rule over its cases through the real handlers, and reads the message of the first thing that it reports. */
export function cases(rule: Rule, { passes, reports }: Cases) {
  describe(rule.name, () => {
    it.each(passes.map((one) => [one[0], one] as const))(
      "accepts %s",
      async (_, [, given, circumstances]) => {
        expect(await findings(rule, given, circumstances)).toEqual([]);
      },
    );

    it.each(reports.map((one) => [one[0], one] as const))("reports %s", async (_, one) => {
      const [, given, found, circumstances] = one;
      const ids = found.map((id) => `${rule.name}[${id}]`).sort();
      expect(await findings(rule, given, circumstances)).toEqual(ids);
    });

    it("says where, what is allowed and what to do", async () => {
      const [first] = reports;
      if (first === undefined) throw new Error(`${rule.name} reports nothing`);
      const [, given, ids, circumstances] = first;
      const [found] = await judge(rule, given, circumstances);
      expect(found?.where.split(", ")[0]).toBe(ids[0]?.split("#")[0]);
      expect([found?.found, found?.allowed, found?.fix]).not.toContain("");
    });

    it("passes over resources of other types", async () => {
      const other: Given = { type: "aws:sns/topic:Topic", name: "alerts", props: {} };
      const nothing = "checkStack" in rule ? [] : await findings(rule, other);
      expect(nothing).toEqual([]);
    });
  });
}
