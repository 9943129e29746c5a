import { afterAll, describe, expect, it } from "vitest";
import { rules } from "../../policies/rules/index.ts";
import { unexercised } from "../../policies/unexercised.ts";
import { fixturePlans, fixtureRoot } from "../support/plan.ts";
import { Judge, policyConfiguration } from "../support/rules.ts";
import { thorough } from "../support/thorough.ts";
import { all as mistakes } from "./mistakes.ts";
import { mutants } from "./mutations.ts";

const stacks = fixturePlans().map(({ environment, resources }) => {
  const judge = new Judge(resources, policyConfiguration(fixtureRoot, environment));
  return { environment, resources, judge, before: judge.all() };
});
const kills = new Map<string, number>();
/** Rules that report something in environments as they are, or a mistake in what those have. */
const exercised = new Set<string>();
let made = 0;

/** Places that are alike, such as the slots of all models: everywhere in CI, elsewhere the first and the last. */
const placesOf = <Place>(all: readonly Place[]): readonly Place[] =>
  thorough || all.length <= 2 ? all : all.filter((_, index) => index === 0 || index === all.length - 1);

const ruleOf = (finding: string) => finding.slice(0, finding.indexOf("["));

for (const { before } of stacks) for (const finding of before) exercised.add(ruleOf(finding));

describe("the environments", () => {
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
        placesOf([...mutants(mistake, resources)]).map(({ at, mutant }) => {
          const findings = [...judge.with(mutant)].filter((finding) => !before.includes(finding));
          const found = new Set(findings.map(ruleOf));
          for (const rule of found) {
            kills.set(rule, (kills.get(rule) ?? 0) + 1);
            if (mistake.adds === undefined) exercised.add(rule);
          }
          return { at: `${environment} ${at}`, caught: mistake.caughtBy.filter((rule) => found.has(rule)) };
        }),
      );
      made += places.length;
      expect(places.length).toBeGreaterThan(0);
      expect(places.filter(({ caught }) => caught.length === 0)).toEqual([]);
    },
  );
});

it("names rules that exist", () => {
  const names = new Set(rules.map(({ name }) => name));
  expect(mistakes.flatMap(({ caughtBy }) => caughtBy).filter((name) => !names.has(name))).toEqual([]);
});

it("says in policies/unexercised.ts which rules report none of them", () => {
  const silent = rules.map(({ name }) => name).filter((name) => !exercised.has(name));
  expect(Object.values(unexercised).flat().sort()).toEqual(silent.sort());
});

afterAll(() => {
  const table = rules.map(({ name }) => `${String(kills.get(name) ?? 0).padStart(5)}  ${name}`);
  console.log(`${made} mistakes in ${stacks.length} environments; found by\n${table.join("\n")}`);
});
