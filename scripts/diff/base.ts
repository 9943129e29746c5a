import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { suggestion } from "../../components/shared/problems.ts";
import { concerns } from "./concerns.ts";
import { type KeptPlans, keptPlans } from "./kept-plans.ts";

const run = promisify(execFile);

/** The commit that a change is compared with. */
export interface Base {
  /** 40 hex digits. */
  readonly commit: string;
  /** As a user reads it: `main`, or `the merge base with origin/main`. */
  readonly name: string;
  /** Files that differ from it in the working tree, from the project's folder. */
  readonly changed: readonly string[];
  /** Those of them that aren't committed. */
  readonly uncommitted: readonly string[];
}

/**
 * Finds the base of a change.
 * @param root the project's folder
 * @param ref a branch, tag or commit @default the merge base with origin's default branch, or with `main`
 * @throws Error that says what to do: no repository, no such commit, a shallow clone
 */
export function findBase(root: string, ref?: string): Base {
  if (git(root, "rev-parse", "--is-inside-work-tree") !== "true")
    throw new Error(`${root} isn't in a git repository: a change is compared with one of its commits`);
  const { commit, name } = ref === undefined ? mergeBase(root) : named(root, ref);
  const lines = (...args: string[]) => (git(root, ...args) ?? "").split("\n").filter((line) => line !== "");
  const untracked = lines("ls-files", "--others", "--exclude-standard");
  return {
    commit,
    name,
    changed: [...lines("diff", "--name-only", "--relative", commit), ...untracked],
    uncommitted: [...lines("diff", "--name-only", "--relative", "HEAD"), ...untracked],
  };
}

function named(root: string, ref: string): { commit: string; name: string } {
  // A word that begins with a dash would be an option of git's.
  const commit = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  if (commit !== undefined) return { commit, name: ref };
  const refs = (git(root, "for-each-ref", "--format=%(refname:short)") ?? "").split("\n").filter(Boolean);
  throw new Error(
    `the ref "${ref}" isn't a branch, tag or commit here${suggestion(ref, refs)}${shallow(root)}`,
  );
}

function mergeBase(root: string): { commit: string; name: string } {
  const branch = ["origin/HEAD", "origin/main", "main"]
    .map((name) => git(root, "rev-parse", "--abbrev-ref", name) ?? "")
    .find((name) => git(root, "rev-parse", "--verify", "--quiet", `${name}^{commit}`) !== undefined);
  if (branch === undefined)
    throw new Error(
      `neither origin's default branch nor main is here: name a commit, npm run diff -- --base <ref>${shallow(root)}`,
    );
  const commit = git(root, "merge-base", "HEAD", branch);
  if (commit === undefined)
    throw new Error(`HEAD and ${branch} have no common commit here: name one with --base${shallow(root)}`);
  return { commit, name: `the merge base with ${branch}` };
}

function shallow(root: string): string {
  if (git(root, "rev-parse", "--is-shallow-repository") !== "true") return "";
  return "\nThis clone is shallow: git fetch --unshallow, or fetch-depth: 0 in actions/checkout, brings the rest";
}

/** What git prints, or undefined where it fails. */
function git(root: string, ...args: string[]): string | undefined {
  try {
    return execFileSync("git", args, {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 2 ** 28,
    }).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new Error("git isn't on the path: it is what knows the base of a change");
    return undefined;
  }
}

/** A folder with the project as it was, and what was done for its packages. */
export interface Checkout extends Disposable {
  readonly folder: string;
  /** Plans of the commit with the packages of the working tree; absent where it has its own. */
  readonly kept?: KeptPlans;
  /** Why the base's packages aren't those of the working tree. */
  readonly note?: string;
}

/**
 * Writes a commit's files to a temporary folder, without touching the index or the list of work trees. The folder is
 * removed with `Symbol.dispose`, and when a signal ends the process.
 * @throws Error where the base's own packages can't be installed
 */
export async function checkout(root: string, { commit }: Base): Promise<Checkout> {
  const folder = mkdtempSync(join(tmpdir(), "gantry-base-"));
  const dispose = removeAtExit(folder);
  try {
    const prefix = git(root, "rev-parse", "--show-prefix") ?? "";
    const env = {
      ...process.env,
      GIT_DIR: git(root, "rev-parse", "--absolute-git-dir"),
      GIT_WORK_TREE: folder,
      GIT_INDEX_FILE: join(folder, ".gantry-index"),
    };
    await run("git", ["read-tree", prefix === "" ? commit : `${commit}:${prefix}`], { cwd: folder, env });
    await run("git", ["checkout-index", "--all", "--force"], { cwd: folder, env });
    const note = await packages(root, folder);
    if (note !== undefined) return { folder, note, [Symbol.dispose]: dispose };
    const kept = plansOf(root, `${commit}:${prefix}`);
    return { folder, ...(kept !== undefined && { kept }), [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

function plansOf(root: string, tree: string): KeptPlans | undefined {
  const entries = git(root, "ls-tree", "-z", tree)?.split("\0").filter(Boolean);
  if (entries === undefined || !existsSync(join(root, "node_modules/.package-lock.json"))) return undefined;
  const path = (entry: string) =>
    entry.slice(entry.indexOf("\t") + 1) + (/^\d+ tree /.test(entry) ? "/" : "");
  return keptPlans({
    root,
    files: (environment) => entries.filter((entry) => concerns(path(entry), environment)),
  });
}

/** Packages of the same lock file are shared; others are installed, since a program runs with its own SDK. */
async function packages(root: string, folder: string): Promise<string | undefined> {
  const lock = (at: string) => {
    const file = join(at, "package-lock.json");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  if (lock(root) === lock(folder)) {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    return undefined;
  }
  try {
    await run("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder });
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new Error(`the base's packages couldn't be installed with npm ci:\n${stderr.trim()}`);
  }
  return "the base has another package-lock.json, so its own packages were installed with npm ci";
}

function removeAtExit(folder: string): () => void {
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const end = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal]);
  process.on("exit", remove);
  for (const signal of signals) process.on(signal, end);
  return () => {
    remove();
    process.off("exit", remove);
    for (const signal of signals) process.off(signal, end);
  };
}
