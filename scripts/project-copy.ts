import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { environments } from "./plan/environment.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const code = ["Pulumi.yaml", "package.json", "stacks", "components", "policies", "scripts"];
/** Files with a user's own values, besides the stacks' files. */
const values = ["stacks/releases", "policies/config", "policies/exemptions.ts"];

/**
 * A copy of the project that a test or a benchmark may change.
 * @param from folder of the values: stack files, releases, the policies' configuration and exemptions
 * @default from the project's own
 * @returns its folder, which the caller removes
 */
export function projectCopy(from: string = root): string {
  const folder = mkdtempSync(join(tmpdir(), "gantry-project-"));
  const isCode = (path: string) => !values.includes(relative(root, path));
  for (const part of code) cpSync(join(root, part), join(folder, part), { recursive: true, filter: isCode });
  for (const part of [...values, ...environments(from).map((name) => `Pulumi.${name}.yaml`)])
    cpSync(join(from, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}
