import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../scripts/plan/report/report.ts";
import { projectCopy } from "../../scripts/project-copy.ts";
import { fixtureValues } from "../support/project.ts";

let folder: string;

beforeAll(() => {
  folder = projectCopy(fixtureValues);
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import=./scripts/fast-start.js", "scripts/plan.ts", ...args],
    { cwd: folder, encoding: "utf8", env: { ...process.env, FORCE_COLOR: undefined } },
  );
  return { status, stdout, stderr };
}

function edit(file: string, from: string, to: string) {
  const text = readFileSync(join(folder, file), "utf8");
  expect(text).toContain(from);
  writeFileSync(join(folder, file), text.replace(from, to));
  return () => writeFileSync(join(folder, file), text);
}

describe("npm start", () => {
  it("shows models, cost, resources and policy findings of an environment, without colours in a pipe", () => {
    const { status, stdout, stderr } = start();
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^gantry dev {2}us-east-1, account 111122223333\n\nModels\n/);
    expect(stdout).toMatch(/chat +blue live +qwen3-8b-awq-1 +a10g × 1 +1 +100 %\n/);
    expect(stdout).toMatch(
      /chat +blue +fits: 5\.7 \+ 0\.7 \+ 13\.4 of 19\.8 +97,895 ± \d+ % +6\.0 × 16,384\n/,
    );
    expect(stdout).toContain("\n  disabled deletion-protected  by policies/config/dev.json\n");
    expect(stdout).toContain(
      "\n  advisory, not mandatory slot-release-evaluated  by policies/config/dev.json\n",
    );
    expect(stdout).toMatch(
      /\n {2}note slot-release-evaluated {2}2 findings\n {4}rule .*\n {4}found +chat-blue: .*\n(?: {4}(?:id|fix|edit) .*\n)+ {4}found +chat-green: .*\n(?:.*\n)+? {4}allowed .*\n/,
    );
    expect(stdout).toMatch(/\n {2}total +[\d,]+ +[\d,]+\n {2}of the budget of 4,000 +\d+ % +\d+ %\n/);
    expect(stdout).toMatch(/\n {2}network +\d+ +RouteTableAssociation 4, /);
    expect(stdout).toMatch(/\nPolicies {2}gantry \d+\.\d+\.\d+: \d+ rules, 0 violations, /);
    expect(stdout).not.toContain("\u001b");
    expect(status).toBe(0);
  });

  it("gives the same to machines as JSON", () => {
    const { status, stdout } = start("prod", "--json");
    const report: Report = JSON.parse(stdout);
    expect(
      report.slots.map(({ model, colour, trafficPercent }) => `${model} ${colour} ${trafficPercent}`),
    ).toEqual(["chat blue 100", "code blue 100", "large blue 100"]);
    expect(report.slots.every(({ fit }) => fit.fits)).toBe(true);
    expect(report.cost.minimum).toBeLessThan(report.cost.maximum);
    expect(report.components.reduce((sum, { count }) => sum + count, 0)).toBeLessThan(report.resources);
    expect(status).toBe(0);
  });

  it("ends with 1 and the problems, without a stack trace, when the configuration is wrong", () => {
    const undo = edit("Pulumi.dev.yaml", "live: blue", "live: gren");
    const { status, stdout, stderr } = start();
    undo();
    expect(stdout).toBe("");
    expect(stderr).toBe('Pulumi.dev.yaml\n  models.chat.traffic.live  "gren"  allowed: "blue", "green"\n');
    expect(status).toBe(1);
  });

  it("ends with 1 and says what to do when a rule is violated", () => {
    const undo = edit("Pulumi.dev.yaml", "203.0.113.0/24", "0.0.0.0/0");
    const { status, stdout } = start();
    undo();
    expect(stdout).toMatch(/\n {2}critical cluster-endpoint-not-open\n/);
    expect(stdout.match(/\n {4}edit +gantry:cluster\.endpoint\n/g)).toHaveLength(1);
    expect(stdout).toMatch(/\n {4}fix +Set endpointPrivateAccess/);
    expect(status).toBe(1);
  });

  it("accepts what is exempted, says until when, and refuses an exemption that exempts nothing", () => {
    const [soon = "", later = ""] = [1, 90].map((days) =>
      new Date(Date.now() + days * 24 * 3600 * 1000).toISOString().slice(0, 10),
    );
    const exempt = (finding: string, expires: string) =>
      JSON.stringify({
        finding,
        environments: ["dev"],
        reason: "a test of exemptions",
        owner: "test",
        expires,
      });
    const open = exempt("cluster-endpoint-not-open[cluster-eksCluster#vpcConfig.publicAccessCidrs.0]", later);
    const unneeded = exempt("gpu-pool-capped[a10g-pool#spec.limits.nvidia.com/gpu]", soon);
    const undoConfig = edit("Pulumi.dev.yaml", "203.0.113.0/24", "0.0.0.0/0");
    const undo = edit("policies/exemptions.ts", "Exemption[] = [", `Exemption[] = [${open}, ${unneeded}, `);
    const { status, stdout } = start();
    undo();
    undoConfig();
    expect(stdout).toMatch(
      new RegExp(` rules, 1 violation, \\d+ notes; \\d+ exemptions, the next ends ${soon}\n`),
    );
    expect(stdout).not.toContain("critical");
    expect(stdout).toContain("found    stack, exemption 1: no finding matches gpu-pool-capped[");
    expect(status).toBe(1);
  });

  it("lists the environments for an unknown one, and its usage for invalid arguments", () => {
    expect(start("prd")).toEqual({
      status: 1,
      stdout: "",
      stderr: 'Pulumi.prd.yaml\n      no such file; did you mean "prod"?\n',
    });
    expect(start("--jsn")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("npm start [-- <environment>]"),
    });
    expect(start("--help")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("dev, prod, staging"),
    });
  });

  it("says where a file isn't YAML", () => {
    const undo = edit("Pulumi.dev.yaml", "config:\n", "config:\n  - [\n");
    const { status, stderr } = start();
    undo();
    expect(stderr).toMatch(/^Pulumi\.dev\.yaml\n/);
    expect(stderr).toMatch(/line \d+/);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(status).toBe(1);
  });

  it("writes the report as a page beside what it prints", () => {
    const file = join(folder, "report.html");
    const { status, stdout, stderr } = start("dev", "--json", "--html", file);
    expect([status, stderr]).toEqual([0, ""]);
    const report: Report = JSON.parse(stdout);
    const page = readFileSync(file, "utf8");
    rmSync(file);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain(`<li>${report.resources} resources</li>`);
  });

  it("says why a page can't be written, before it plans", () => {
    const refused = (file: string) => {
      const { status, stdout, stderr } = start("dev", "--html", file);
      expect([status, stdout]).toEqual([1, ""]);
      return stderr;
    };
    expect(refused("no/such/report.html")).toBe(
      '--html "no/such/report.html" can\'t be written: there is no folder no/such; make it, or name a file in another one\n',
    );
    expect(refused("package.json/report.html")).toContain("package.json is a file, not a folder");
    expect(refused("scripts")).toContain("that isn't a file");
    expect(refused("")).toContain("it has no name");
    expect(start("dev", "--html").stderr).toContain("npm start [-- <environment>]");
  });
});
