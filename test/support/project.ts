import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { root } from "./plan.ts";

/** A project like this one with other release files, and with `Symbol.dispose` to remove it. */
export function projectWith(
  releases: Readonly<Record<string, unknown>>,
): { readonly root: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), "gantry-"));
  const hidden = (name: string) => name.startsWith(".") || name === "stacks";
  for (const name of readdirSync(root).filter((name) => !hidden(name)))
    symlinkSync(join(root, name), join(folder, name));
  cpSync(join(root, "stacks"), join(folder, "stacks"), {
    recursive: true,
    filter: (source) => !source.includes("releases"),
  });
  mkdirSync(join(folder, "stacks/releases"));
  for (const [name, release] of Object.entries(releases))
    writeFileSync(join(folder, "stacks/releases", `${name}.yaml`), stringify(release));
  return { root: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
