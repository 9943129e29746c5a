import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { environments } from "../../scripts/plan/environment.ts";
import { planEnvironment } from "../../scripts/plan/plan.ts";
import { projectCopy } from "../../scripts/project-copy.ts";
import type { JudgedPlan } from "./plan.ts";
import { fixtureValues } from "./project.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of a project with this one's code and the values of test/fixtures/project. */
    readonly fixtureRoot: string;
    readonly fixturePlans: Readonly<Record<string, JudgedPlan>>;
    readonly shippedPlans: Readonly<Record<string, JudgedPlan>>;
  }
}

/** Plans every environment once, for all test files. */
export default async function setup(project: TestProject) {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const fixtureRoot = projectCopy(fixtureValues);
  project.provide("fixtureRoot", fixtureRoot);
  project.provide("fixturePlans", await plansOf(fixtureRoot));
  project.provide("shippedPlans", await plansOf(root));
  return () => rmSync(fixtureRoot, { recursive: true });
}

async function plansOf(root: string): Promise<Record<string, JudgedPlan>> {
  const plans: Record<string, JudgedPlan> = {};
  for (const environment of environments(root))
    plans[environment] = await planEnvironment({ root, environment });
  return plans;
}
