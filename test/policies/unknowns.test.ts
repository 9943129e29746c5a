import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { rules } from "../../policies/rules/index.ts";
import { type Properties, unknown, type Wire } from "../../scripts/plan/wire.ts";
import { fixturePlan, fixtureRoot } from "../support/plan.ts";
import { type Given, judge } from "../support/policy.ts";
import { Judge, policyConfiguration } from "../support/rules.ts";
import { thorough } from "../support/thorough.ts";
import { fixtures } from "./fixtures.ts";
import { all as mistakes } from "./mistakes.ts";
import { mutants, put } from "./mutations.ts";
import { pathsOf } from "./variants.ts";

/** Fields of each mistaken resource that become unknown: another few for each mistake, so that together they are many. */
const fieldsOfEach = thorough ? 12 : 4;

describe("a mistake in dev", () => {
  const { resources } = fixturePlan("dev");
  const stack = new Judge(resources, policyConfiguration(fixtureRoot, "dev"));
  const before = new Set(stack.all());
  const isRefused = (mutant: (typeof resources)[number]) =>
    stack.with(mutant).some((finding) => !before.has(finding));

  it("is still refused when any other field isn't known", () => {
    const tried: string[] = [];
    const passed: string[] = [];
    for (const [index, mistake] of mistakes.entries()) {
      // Where it is a mistake: a gateway's pod may do what an engine's may not.
      const place = [...mutants(mistake, resources)].find(({ mutant }) => isRefused(mutant));
      if (place === undefined) continue;
      const paths = pathsOf(place.mutant.inputs);
      const shipped = resources.find(({ urn }) => urn === place.mutant.urn)?.inputs;
      for (const path of spread(paths, fieldsOfEach, index)) {
        const inputs = put(place.mutant.inputs, path, () => unknown) as Properties;
        // What AWS tells is unknown as it is shipped: nothing is wrong any more.
        if (isDeepStrictEqual(inputs, shipped)) continue;
        const what = `${mistake.what} at ${place.at}, unknown ${path.join(".")}`;
        tried.push(what);
        if (!isRefused({ ...place.mutant, inputs })) passed.push(what);
      }
    }
    expect(passed).toEqual([]);
    expect(tried.length).toBeGreaterThan(1000);
  });
});

describe("a first preview, without values from AWS", () => {
  it("is enough for nine of ten rules to accept what is good", async () => {
    const undecided: string[] = [];
    for (const rule of rules) {
      const { good = [], circumstances } = fixtures[rule.name] ?? {};
      const found = await judge(rule, firstPreview(good), circumstances);
      if (found.length > 0) undecided.push(rule.name);
    }
    const share = 1 - undecided.length / rules.length;
    console.log(
      `${Math.round(100 * share)} % of ${rules.length} rules decide on the first preview; not so: ${undecided.join(", ") || "none"}`,
    );
    expect(share).toBeGreaterThanOrEqual(0.9);
  });
});

/** Some of a list, evenly over it. @param offset which of them comes first */
function spread<One>(list: readonly One[], count: number, offset: number): readonly One[] {
  const step = Math.ceil(list.length / count);
  return list.filter((_, index) => index % step === offset % step);
}

/** A stack whose ARNs and ids aren't known yet. */
function firstPreview(stack: readonly Given[]): readonly Given[] {
  const young = new Map(stack.map((one) => [one, { ...one, props: untold(one.props) as Properties }]));
  return [...young].map(([old, one]) => ({
    ...one,
    behind: Object.fromEntries(
      Object.entries(old.behind ?? {}).map(([property, others]) => [
        property,
        others.map((other) => young.get(other) ?? other),
      ]),
    ),
  }));
}

function untold(value: Wire): Wire {
  if (typeof value === "string")
    return /^(?:arn:|(?:vpc|subnet|sg|rtb|eni|lt|eipalloc)-[0-9a-f]+$)/.test(value) ? unknown : value;
  if (Array.isArray(value)) return value.map((inner: Wire) => untold(inner));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, untold(inner)]));
}
