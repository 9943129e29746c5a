import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { environments } from "../../scripts/plan/environment.ts";
import type { Plan } from "../../scripts/plan/plan.ts";
import type { PolicyReport } from "../../scripts/plan/policy-report.ts";
import { type PlannedResource, stackType } from "../../scripts/plan/resource.ts";
import type { Properties } from "../../scripts/plan/wire.ts";
import { changed } from "./changed.ts";
import { planFixture } from "./plan-fixture.ts";
import { planOnce } from "./plan-once.ts";

/** The project's folder. Its environments belong to its users: tests plan those of `fixtureRoot`. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Folder of a project with this one's code and the environments, releases and exemptions of test/fixtures/project. */
export const fixtureRoot = inject("fixtureRoot");

export type AnalyzedPlan = Plan & { readonly policyReport: PolicyReport };

/** The plan of a fixture's environment, with the policy pack's report. */
export function fixturePlan(environment: string): AnalyzedPlan {
  return planOnce(inject("planFolder"), fixtureRoot, environment);
}

export function fixturePlans(): readonly AnalyzedPlan[] {
  return environments(fixtureRoot).map(fixturePlan);
}

/** The plans of the project's own environments, whatever its users make of them: they tell no figures to expect. */
export function shippedPlans(): readonly AnalyzedPlan[] {
  return environments(root).map((environment) => planOnce(inject("planFolder"), root, environment));
}

/** A plan of a fixture's environment with one setting changed. @param path below `gantry:`, as `models.chat.traffic.live` */
export function planWith(environment: string, path: string, value: unknown): Promise<Plan> {
  const [section = "", ...rest] = path.split(".");
  return planFixture({
    environment,
    edit: (config) => ({
      ...config,
      [`gantry:${section}`]: changed(config[`gantry:${section}`], rest, value),
    }),
  });
}

/** The one resource of this type and name. @param type whole, or its last part as `Subnet` */
export function find(plan: Plan, type: string, name: string): PlannedResource {
  const found = ofType(plan, type).filter((resource) => resource.name === name);
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  const names = ofType(plan, type).map((resource) => resource.name);
  throw new Error(`${found.length} ${type} of the name ${name}; there are ${names.join(", ")}`);
}

/** All resources of a type, whole or by its last part. */
export function ofType(plan: Plan, type: string): readonly PlannedResource[] {
  return plan.resources.filter((resource) => resource.type === type || resource.type.endsWith(`:${type}`));
}

/** Everything under a component, at any depth. */
export function under(plan: Plan, component: PlannedResource): readonly PlannedResource[] {
  const inside = new Set([component.urn]);
  return plan.resources.filter((resource) => {
    if (!inside.has(resource.parent ?? "")) return false;
    inside.add(resource.urn);
    return true;
  });
}

/** Names of what a resource waits for, of the given types only. */
export function waitsFor(
  plan: Plan,
  resource: PlannedResource,
  ...types: readonly string[]
): readonly string[] {
  return resource.dependencies
    .flatMap((urn) => plan.resources.find((other) => other.urn === urn) ?? [])
    .filter(({ type }) => types.some((wanted) => type.endsWith(`:${wanted}`)))
    .map(({ name }) => name)
    .sort();
}

/** The value at a path of a resource's inputs, as `spec.template.spec`. Numbers index lists. */
export function at(resource: PlannedResource, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Properties | undefined)?.[key], resource.inputs);
}

export function isStack(resource: PlannedResource): boolean {
  return resource.type === stackType;
}
