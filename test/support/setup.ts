import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { environments } from "../../scripts/plan/environment.ts";
import { planEnvironment } from "../../scripts/plan/plan.ts";
import type { ShippedPlan } from "./plan.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly shipped: Readonly<Record<string, ShippedPlan>>;
  }
}

/** Plans every shipped environment once, for all test files. */
export default async function setup(project: TestProject) {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const shipped: Record<string, ShippedPlan> = {};
  for (const environment of environments(root))
    shipped[environment] = await planEnvironment({ root, environment });
  project.provide("shipped", shipped);
}
