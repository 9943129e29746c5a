import { execFile, execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { concerns, isOfPolicies } from "../../../scripts/diff/concerns.ts";
import { keptPlansFolder } from "../../../scripts/diff/kept-plans.ts";
import { projectCopy } from "../../../scripts/project-copy.ts";
import { fixtureValues } from "../../support/project.ts";

describe("npm run diff", () => {
  let project: string;
  beforeAll(() => {
    project = projectCopy(fixtureValues);
    git("init", "-q", "-b", "main");
    commit("whole");
    write("Pulumi.dev.yaml", "config: {gantry:pools: [\n");
    commit("a stack's file that isn't YAML");
    git("checkout", "-q", "main~1", "--", "Pulumi.dev.yaml");
    write("stacks/index.ts", "const = 1;\n");
    commit("a program that isn't TypeScript");
    git("checkout", "-q", "main~2", "--", "stacks/index.ts");
    commit("whole again");
  });
  afterAll(() => rmSync(project, { recursive: true }));

  it.each([
    ["HEAD~2", /Pulumi\.dev\.yaml/],
    ["HEAD~1", /stacks\/index\.ts/],
  ])("tells the head alone where the base can't be planned, and why: %s", async (base, reason) => {
    const { code, stdout } = await diff("dev", "--base", base);
    expect(stdout).toContain("the base can't be planned, so only the head is shown");
    expect(stdout).toMatch(reason);
    expect(code).toBe(0);
  });

  it("needs no credentials, and says that a file isn't committed", async () => {
    write("README.md", "changed\n");
    const { code, stdout } = await diff("dev", "--base", "HEAD", "--json");
    const { base, notes, environments } = JSON.parse(stdout);
    expect(base.uncommitted).toEqual(["README.md"]);
    expect(notes[0]).toMatch(/head: the working tree, of which 1 file isn't committed/);
    expect(environments[0].comparison.blastRadius).toMatchObject({ line: expect.stringMatching(/nothing/) });
    expect(code).toBe(0);
  });

  it("tells of a change the same with the base's plan from before, and again when that is broken", async () => {
    const kept = join(project, keptPlansFolder);
    const text = readFileSync(join(project, "Pulumi.dev.yaml"), "utf8");
    write("Pulumi.dev.yaml", text.replace(/requestsPerMinute: \d+/, "requestsPerMinute: 7"));
    const tell = async () => JSON.parse((await diff("dev", "prod", "--base", "HEAD", "--json")).stdout);
    rmSync(kept, { recursive: true, force: true });
    const first = await tell();
    expect(await tell()).toEqual(first);
    for (const name of readdirSync(kept)) write(join(keptPlansFolder, name), "{");
    expect(await tell()).toEqual(first);
    git("checkout", "-q", "HEAD", "--", "Pulumi.dev.yaml");
    expect(first.environments[0].comparison.resources.length).toBeGreaterThan(0);
    expect(first.environments[1].comparison.resources).toEqual([]);
  });

  it("says that an environment of another name is a new one, and that the old one stays", async () => {
    git("mv", "Pulumi.dev.yaml", "Pulumi.test.yaml");
    git("mv", "policies/config/dev.json", "policies/config/test.json");
    const { stdout } = await diff("dev", "test", "--base", "HEAD");
    git("reset", "-q", "--hard", "HEAD");
    const words = stdout.replaceAll(/\s+/g, " ");
    expect(words).toContain("destroys nothing: run npm run destroy -- dev before removing it");
    expect(words).toContain("blast radius: a new environment: nothing that is deployed changes");
  });

  it("says that a head can't be planned, with the place", async () => {
    write("Pulumi.dev.yaml", "config: {gantry:pools: [\n");
    const { code, stdout } = await diff("dev", "--base", "HEAD");
    git("checkout", "-q", "HEAD", "--", "Pulumi.dev.yaml");
    expect([code, stdout]).toEqual([1, expect.stringMatching(/Pulumi\.dev\.yaml/)]);
  });

  const write = (file: string, text: string) => writeFileSync(join(project, file), text);
  function git(...args: string[]) {
    const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    execFileSync("git", [...identity, ...args], { cwd: project, stdio: "pipe" });
  }
  function commit(message: string) {
    write(".gitignore", "node_modules\n.gantry\n");
    git("add", ".");
    git("commit", "-qm", message);
  }
  /** Without a token, an account or a home of credentials. */
  function diff(...args: string[]): Promise<{ code: number; stdout: string }> {
    const { PATH, NODE_OPTIONS } = process.env;
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        ["scripts/diff.ts", ...args],
        { cwd: project, env: { PATH, NODE_OPTIONS, HOME: project }, maxBuffer: 2 ** 28 },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), stdout: stdout + stderr }),
      );
    });
  }
});

it.each([
  ["Pulumi.dev.yaml", ["dev"]],
  ["policies/config/prod.json", ["prod"]],
  ["README.md", []],
  ["docs/operations/README.md", []],
  ["test/stacks/config.test.ts", []],
  [".github/workflows/preview.yml", []],
  ["stacks/releases/qwen3-8b-awq-1.yaml", ["dev", "prod"]],
  ["Pulumi.yaml", ["dev", "prod"]],
  ["policies/exemptions.ts", ["dev", "prod"]],
  ["package-lock.json", ["dev", "prod"]],
  ["components/monitoring/README.md", ["dev", "prod"]],
])("%s concerns %j", (file, environments) => {
  expect(["dev", "prod"].filter((environment) => concerns(file, environment))).toEqual(environments);
});

it.each([
  ["policies/rules/serving/anything.ts", true],
  ["policies/exemptions.ts", true],
  ["policies/config/dev.json", true],
  ["package-lock.json", true],
  ["components/gateway/gateway.ts", false],
  ["Pulumi.dev.yaml", false],
])("whether %s can change what policies say of the same resources: %s", (file, expected) => {
  expect(isOfPolicies(file)).toBe(expected);
});
