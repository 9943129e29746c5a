import { afterAll, describe, expect, it } from "vitest";
import { outside } from "../../policies/outside.ts";
import { rules } from "../../policies/rules/index.ts";
import { fixturePlan, fixtureRoot } from "../support/plan.ts";
import { Judge, policyConfiguration } from "../support/rules.ts";
import { planned } from "./additions.ts";
import { type Mistake, mutants } from "./mutations.ts";
import { adversary } from "./ways/adversary.ts";
import { grants } from "./ways/grants.ts";
import { hostile } from "./ways/hostile.ts";
import { joins } from "./ways/joins.ts";
import { kinds } from "./ways/kinds.ts";
import { limits } from "./ways/limits.ts";
import { machines } from "./ways/machines.ts";
import { namedOutside } from "./ways/named-outside.ts";
import { openings } from "./ways/openings.ts";
import { others } from "./ways/others.ts";
import { ranges } from "./ways/ranges.ts";
import { services } from "./ways/services.ts";
import { unreviewed } from "./ways/unreviewed.ts";
import type { Way } from "./ways/way.ts";

const ways = [
  ...kinds,
  ...machines,
  ...openings,
  ...ranges,
  ...others,
  ...joins,
  ...adversary,
  ...services,
  ...grants,
  ...unreviewed,
  ...limits,
  ...hostile,
];
const { resources } = fixturePlan("prod");
const judge = new Judge(resources, policyConfiguration(fixtureRoot, "prod"));
const before = new Set(judge.all());

/** The mandatory findings that a way brings about: at each of its places, of which one at least has to be refused. */
function refusals({ adds, changes }: Pick<Way, "adds" | "changes">): readonly (readonly string[])[] {
  const stops = (findings: readonly string[]) =>
    findings.filter((finding) => !before.has(finding) && judge.isMandatory(finding));
  if (changes === undefined) return [stops(judge.plus(planned(adds ?? [], resources)))];
  const mistake: Mistake = { what: "", caughtBy: [], ...changes };
  return [...mutants(mistake, resources)].map(({ mutant }) => stops([...judge.with(mutant)]));
}

describe("a way around the rules", () => {
  it("is of more than 150, of every kind in five shapes at least", () => {
    const shapes = Map.groupBy(ways, ({ kind }) => kind);
    expect([...shapes].filter(([, found]) => found.length < 5).map(([kind]) => kind)).toEqual([]);
    expect(new Set(ways.map(({ kind, what }) => `${kind}: ${what}`)).size).toBe(ways.length);
    expect(ways.length).toBeGreaterThanOrEqual(150);
  });

  it.each(ways.map((way) => [way.kind, way.what, way] as const))(
    "is refused: %s, %s",
    (_kind, _what, way) => {
      const found = refusals(way);
      const caught = found
        .flat()
        .filter((finding) => way.caughtBy.some((rule) => finding.startsWith(`${rule}[`)));
      expect(found.length).toBeGreaterThan(0);
      expect(caught).not.toEqual([]);
    },
  );

  it.each(
    Object.entries(namedOutside).flatMap(([sentence, shapes]) =>
      Object.entries(shapes).map(([what, shape]) => [sentence, what, shape] as const),
    ),
  )("passes only where the catalogue says so: %s (%s)", (sentence, _what, shape) => {
    expect(outside.map(({ what }) => what)).toContain(sentence);
    const found = refusals("path" in shape ? { changes: shape } : { adds: [shape] });
    expect(found.length).toBeGreaterThan(0);
    expect(found.flat()).toEqual([]);
  });

  it("names rules that there are", () => {
    const names = new Set(rules.map(({ name }) => name));
    expect(ways.flatMap(({ caughtBy }) => caughtBy).filter((name) => !names.has(name))).toEqual([]);
  });

  afterAll(() => {
    const counts = [...Map.groupBy(ways, ({ kind }) => kind)].map(
      ([kind, found]) => `${String(found.length).padStart(4)}  ${kind}`,
    );
    console.log(`${ways.length} ways around the rules:\n${counts.join("\n")}`);
  });
});
