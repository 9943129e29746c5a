import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { projectCopy } from "../../scripts/project-copy.ts";

/** Environments, releases, policy configuration and exemptions that tests plan, whatever the project's own become. */
export const fixtureValues = fileURLToPath(new URL("../fixtures/project", import.meta.url));

/** A copy of the project with the fixture's values and further releases, and with `Symbol.dispose` to remove it. */
export function projectWith(
  releases: Readonly<Record<string, unknown>>,
): { readonly root: string } & Disposable {
  const root = projectCopy(fixtureValues);
  for (const [name, release] of Object.entries(releases))
    writeFileSync(join(root, "stacks/releases", `${name}.yaml`), stringify(release));
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true }) };
}
