import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { root } from "../support/plan.ts";

/** Files of the project's code by their path from its root, such as `components/budget/budget.ts`, with their text. */
export function sources(): ReadonlyMap<string, string> {
  const files = globSync("{stacks,components,policies,scripts}/**/*.{ts,js}", { cwd: root });
  return new Map(files.sort().map((file) => [file, readFileSync(`${root}/${file}`, "utf8")]));
}

/** What each file imports of the others, types included: static and dynamic imports by a relative path. */
export function importsOf(files: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const relative = /(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g;
  return new Map(
    [...files].map(([file, text]) => [
      file,
      [...text.matchAll(relative)]
        .map(([, path = ""]) => posix.join(posix.dirname(file), path))
        .filter((imported) => files.has(imported)),
    ]),
  );
}

/** The first circle of each file from which one can be reached, as the files on it in order. */
export function circles(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const finished = new Set<string>();
  const visit = (file: string, way: readonly string[]) => {
    const start = way.indexOf(file);
    if (start !== -1) {
      found.push(way.slice(start));
      return;
    }
    if (finished.has(file)) return;
    for (const imported of imports.get(file) ?? []) visit(imported, [...way, file]);
    finished.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}
