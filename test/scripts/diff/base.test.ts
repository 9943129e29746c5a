import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout, findBase } from "../../../scripts/diff/base.ts";

const folder = mkdtempSync(join(tmpdir(), "gantry-test-base-"));
const repository = join(folder, "repository");
const clone = join(folder, "clone");
const file = (name: string, text: string, at = repository) => writeFileSync(join(at, name), text);

function git(at: string, ...args: string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...identity, ...args], { cwd: at, encoding: "utf8", stdio: "pipe" }).trim();
}

beforeAll(() => {
  mkdirSync(repository);
  git(repository, "init", "-q", "-b", "main");
  file("package-lock.json", "{}");
  for (const version of ["1", "2", "3"]) {
    file("Pulumi.dev.yaml", `config: {version: ${version}}\n`);
    git(repository, "add", ".");
    git(repository, "commit", "-qm", version);
  }
  git(folder, "clone", "-q", "--depth", "1", `file://${repository}`, clone);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the base of a change", () => {
  it("is the merge base with main where no commit is named", () => {
    expect(findBase(repository)).toEqual({
      commit: git(repository, "rev-parse", "HEAD"),
      name: "the merge base with main",
      changed: [],
      uncommitted: [],
    });
  });

  it("names files that aren't committed, new ones as well", () => {
    file("Pulumi.dev.yaml", "config: {version: 4}\n");
    file("new.yaml", "");
    const { changed, uncommitted } = findBase(repository, "HEAD~1");
    git(repository, "checkout", "-q", "Pulumi.dev.yaml");
    rmSync(join(repository, "new.yaml"));
    expect([changed, uncommitted]).toEqual([
      ["Pulumi.dev.yaml", "new.yaml"],
      ["Pulumi.dev.yaml", "new.yaml"],
    ]);
  });

  it("suggests a ref that is there for one that isn't", () => {
    expect(() => findBase(repository, "mian")).toThrow(
      'the ref "mian" isn\'t a branch, tag or commit here; did you mean "main"?',
    );
  });

  it("is not taken for an option of git", () => {
    expect(() => findBase(repository, "--all")).toThrow('the ref "--all" isn\'t a branch');
  });

  it("says how a shallow clone gets the rest", () => {
    expect(() => findBase(clone, "HEAD~1")).toThrow(
      "This clone is shallow: git fetch --unshallow, or fetch-depth: 0 in actions/checkout, brings the rest",
    );
  });

  it("needs a repository", () => {
    expect(() => findBase(folder)).toThrow("isn't in a git repository");
  });

  it("is written to a folder of its own, which goes with it, and changes nothing here", async () => {
    const before = git(repository, "status", "--porcelain", "--branch");
    const base = await checkout(repository, findBase(repository, "HEAD~2"));
    expect(readFileSync(join(base.folder, "Pulumi.dev.yaml"), "utf8")).toBe("config: {version: 1}\n");
    base[Symbol.dispose]();
    expect([existsSync(base.folder), git(repository, "status", "--porcelain", "--branch")]).toEqual([
      false,
      before,
    ]);
  });
});
