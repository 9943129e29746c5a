import { afterAll, describe, expect, it } from "vitest";
import { rules } from "../../policies/rules/index.ts";
import { root, shippedPlans } from "../support/plan.ts";
import { Judge, policyConfiguration } from "../support/rules.ts";
import { all } from "./mistakes.ts";
import { mutants } from "./mutations.ts";

/** Those that a rule of the pack is made for; the catalogue has rules for the others that aren't written yet. */
const mistakes = all.filter(({ caughtBy }) =>
  caughtBy.some((name) => rules.some((rule) => rule.name === name)),
);
const stacks = shippedPlans().map(({ environment, resources }) => {
  const judge = new Judge(resources, policyConfiguration(root, environment));
  return { environment, resources, judge, before: judge.all() };
});
const kills = new Map<string, number>();
let made = 0;

const ruleOf = (finding: string) => finding.slice(0, finding.indexOf("["));

describe("the shipped environments", () => {
  it.each(stacks.map((stack) => [stack.environment, stack] as const))(
    "are clean: %s",
    (_, { judge, before }) => {
      expect(before.filter((finding) => judge.isMandatory(finding))).toEqual([]);
    },
  );
});

describe("a mistake is found by a rule that is made for it", () => {
  it.each(mistakes.map((mistake) => [mistake.type.split(":").at(-1), mistake.what, mistake] as const))(
    "%s: %s",
    (_type, _what, mistake) => {
      const places = stacks.flatMap(({ environment, resources, judge, before }) =>
        [...mutants(mistake, resources)].map(({ at, mutant }) => {
          const findings = judge.with(mutant).filter((finding) => !before.includes(finding));
          const found = new Set(findings.map(ruleOf));
          for (const rule of found) kills.set(rule, (kills.get(rule) ?? 0) + 1);
          return { at: `${environment} ${at}`, caught: mistake.caughtBy.filter((rule) => found.has(rule)) };
        }),
      );
      made += places.length;
      expect(places.length).toBeGreaterThan(0);
      expect(places.filter(({ caught }) => caught.length === 0)).toEqual([]);
    },
  );
});

afterAll(() => {
  const table = rules.map(({ name }) => `${String(kills.get(name) ?? 0).padStart(5)}  ${name}`);
  const open = new Set(all.filter((one) => !mistakes.includes(one)).flatMap(({ caughtBy }) => caughtBy));
  console.log(
    `${made} mistakes in ${stacks.length} environments; found by\n${table.join("\n")}\n` +
      `skipped: ${all.length - mistakes.length} kinds of mistakes, whose rules aren't written yet: ${[...open].sort().join(", ")}`,
  );
});
