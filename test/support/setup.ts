import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { projectCopy } from "../../scripts/project-copy.ts";
import { fixtureValues } from "./project.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of a project with this one's code and the values of test/fixtures/project. */
    readonly fixtureRoot: string;
    /** Folder of the plans that test files share; see plan-once.ts. */
    readonly planFolder: string;
  }
}

/** Makes the folders that all test files share. */
export default function setup(project: TestProject) {
  const fixtureRoot = projectCopy(fixtureValues);
  const planFolder = mkdtempSync(join(tmpdir(), "gantry-plans-"));
  project.provide("fixtureRoot", fixtureRoot);
  project.provide("planFolder", planFolder);
  return () => {
    for (const folder of [fixtureRoot, planFolder]) rmSync(folder, { recursive: true });
  };
}
