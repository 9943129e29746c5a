import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { environments } from "./plan/environment.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A copy of the project that a test or a benchmark may change. @returns its folder, for whoever asked to remove */
export function projectCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), "gantry-project-"));
  const parts = ["Pulumi.yaml", "package.json", "stacks", "components", "policies", "scripts"];
  for (const part of [...parts, ...environments(root).map((name) => `Pulumi.${name}.yaml`)])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}
