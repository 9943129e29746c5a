import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environments } from "../../scripts/plan/environment.ts";
import { root } from "./plan.ts";

/** A copy of the project that a test may change. @returns its folder, for the test to remove */
export function projectCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), "gantry-project-"));
  const parts = ["Pulumi.yaml", "package.json", "stacks", "components", "policies", "scripts"];
  for (const part of [...parts, ...environments(root).map((name) => `Pulumi.${name}.yaml`)])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}
