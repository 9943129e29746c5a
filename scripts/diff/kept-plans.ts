import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AnalyzedPlan } from "../plan/plan.ts";

/** Plans of a commit as earlier comparisons have made them. */
export interface KeptPlans {
  readonly find: (environment: string) => AnalyzedPlan | undefined;
  readonly keep: (plan: AnalyzedPlan) => void;
}

export interface KeptFrom {
  /** The folder whose packages a plan of the commit runs with. */
  readonly root: string;
  /** The commit's files that can change a plan, with what git knows their contents by. */
  readonly files: (environment: string) => readonly string[];
}

/** From the project's folder. */
export const keptPlansFolder = "node_modules/.cache/gantry/plans";

const project = fileURLToPath(new URL("../..", import.meta.url));
/** What makes a plan, besides the commit and the packages: the engine here, and what it imports. */
export const engineFiles = [
  "scripts/fast-start.js",
  "scripts/plan/*.{ts,js}",
  "scripts/plan/remote/*.ts",
  "components/shared/*.ts",
  "policies/framework/message.ts",
];
/** A comparison of each environment with some commits; a plan has about 1 MB. */
const mostKept = 24;
/** As long nothing has read what scripts/fast-start.js keeps. A base's code is another one each time, by its folder's name. */
const unreadMilliseconds = 7 * 86_400_000;

/**
 * Caches plans next to compiled code. A plan is a function of the commit's files, the packages, the engine, Node, and the
 * day, since exemptions and versions expire: it is found only where all of them are the same.
 */
export function keptPlans({ root, files }: KeptFrom): KeptPlans {
  const folder = join(root, keptPlansFolder);
  const day = new Date().toISOString().slice(0, 10);
  const runsWith = [day, process.version, process.platform, process.arch, contents(project, engineFiles)];
  const packages = contents(root, ["package-lock.json", "node_modules/.package-lock.json"]);
  const fileOf = (environment: string) =>
    join(folder, `${digest([...runsWith, packages, environment, ...files(environment)])}.json`);
  return {
    find: (environment) => {
      try {
        return JSON.parse(readFileSync(fileOf(environment), "utf8")) as AnalyzedPlan;
      } catch {
        return undefined;
      }
    },
    keep: (plan) => {
      const file = fileOf(plan.environment);
      if (existsSync(file)) return;
      const whole = `${file}.${process.pid}`;
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(whole, JSON.stringify(plan));
        renameSync(whole, file);
        removeOldest(folder);
        removeUnread(join(folder, "../code"));
      } catch {
        // A full or read-only disk: the next comparison plans again.
        rmSync(whole, { force: true });
      }
    },
  };
}

function removeOldest(folder: string) {
  const byAge = readdirSync(folder)
    .map((name) => join(folder, name))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  for (const file of byAge.slice(mostKept)) rmSync(file, { force: true });
}

function removeUnread(folder: string) {
  for (const file of globSync("*/*", { cwd: folder }).map((name) => join(folder, name)))
    if (statSync(file).atimeMs < Date.now() - unreadMilliseconds) rmSync(file, { force: true });
}

function contents(folder: string, patterns: readonly string[]): string {
  const names = globSync(patterns, { cwd: folder }).sort();
  return digest(names.flatMap((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
