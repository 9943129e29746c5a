import { describe, expect, it } from "vitest";
import { policyConfigurationFile } from "../../scripts/plan/environment.ts";
import { startPolicyPack } from "../../scripts/plan/policy-pack.ts";
import type { Diagnostic } from "../../scripts/plan/policy-report.ts";
import { remoteChildren, UnrecordedError } from "../../scripts/plan/remote-children.ts";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import { fixturePlan, fixturePlans, fixtureRoot } from "../support/plan.ts";
import { Judge, policyConfiguration } from "../support/rules.ts";
import { all as mistakes } from "./mistakes.ts";
import { mutants } from "./mutations.ts";

const today = new Date().toISOString().slice(0, 10);

const here = (resources: readonly PlannedResource[], environment: string) =>
  [...new Judge(resources, policyConfiguration(fixtureRoot, environment), { today }).all()].sort();

/** The finding's id, or what Pulumi says where a rule can't run. */
function idOf({ message, finding }: Diagnostic): string {
  return finding?.id ?? message;
}

describe.each(fixturePlans().map((plan) => [plan.environment, plan] as const))(
  "the pack's process on %s",
  (environment, plan) => {
    it("says what the rules say in this one, on which all other tests rely", () => {
      expect(plan.policyReport.diagnostics.map(idOf).sort()).toEqual(
        here([...plan.resources, ...(plan.implied ?? [])], environment),
      );
    });

    it("is stopped by no value that isn't known yet", () => {
      expect(plan.policyReport.diagnostics.filter(({ finding }) => finding === undefined)).toEqual([]);
    });
  },
);

const ofComponents = mistakes.filter(({ type }) => type.startsWith("eks:index:"));

describe.each(fixturePlans().map((plan) => [plan.environment, plan] as const))(
  "components of %s, of which the engine shows nothing",
  (environment, { resources, implied = [] }) => {
    it.each(ofComponents.map((mistake) => [mistake.what, mistake] as const))(
      "are checked by what they create: %s",
      (_, mistake) => {
        for (const { mutant, at } of mutants(mistake, resources)) {
          const made = new Map(childrenOf(mutant, environment)?.map((child) => [child.urn, child]));
          // A plan with a component that isn't recorded fails as a whole.
          if (made.size === 0) continue;
          const shown = [...resources, ...implied.map((one) => made.get(one.urn) ?? one)].map((one) =>
            one.type.startsWith("eks:index:") ? { ...one, inputs: {} } : one,
          );
          const rules = here(shown, environment).map((id) => id.slice(0, id.indexOf("[")));
          expect(
            rules.filter((rule) => mistake.caughtBy.includes(rule)),
            at,
          ).not.toEqual([]);
        }
      },
    );
  },
);

function childrenOf(component: PlannedResource, stack: string) {
  try {
    return remoteChildren({ component, project: "gantry", stack, deployed: false });
  } catch (error) {
    if (error instanceof UnrecordedError) return undefined;
    throw error;
  }
}

describe("the pack's process on dev with many mistakes at once", () => {
  const { resources } = fixturePlan("dev");

  it("says what the rules say in this one", async () => {
    const wrong = new Map<string, PlannedResource>();
    // Components are checked by what they create, which a mistake of theirs alone doesn't change.
    for (const mistake of mistakes)
      for (const { mutant } of mutants(mistake, resources))
        if (!wrong.has(mutant.urn) && !mutant.type.startsWith("eks:index:")) {
          wrong.set(mutant.urn, mutant);
          break;
        }
    const mutated = resources.map((resource) => wrong.get(resource.urn) ?? resource);
    const expected = here(mutated, "dev");
    expect(wrong.size).toBeGreaterThan(40);
    expect(new Set(expected.map((id) => id.slice(0, id.indexOf("[")))).size).toBeGreaterThan(40);

    const pack = await startPolicyPack({
      root: fixtureRoot,
      stack: { project: "gantry", stack: "dev", organization: "organization" },
      configuration: policyConfigurationFile(fixtureRoot, "dev"),
    });
    try {
      const diagnostics: Diagnostic[] = [];
      for (const resource of mutated) diagnostics.push(...(await pack.analyzeResource(resource)));
      diagnostics.push(...(await pack.analyzeStack(mutated)));
      expect(diagnostics.map(idOf).sort()).toEqual(expected);
    } finally {
      pack.close();
    }
  });
});
