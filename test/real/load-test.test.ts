import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { freePort } from "../../scripts/local/loopback.ts";
import { NoPython, pythonEnvironment } from "../../scripts/local/python-environment.ts";
import { projectCopy } from "../../scripts/project-copy.ts";
import { changed } from "../support/changed.ts";
import { fixtureValues } from "../support/project.ts";
import { RunningCommand } from "../support/running-command.ts";

const bin = await pythonEnvironment(console.warn).catch((reason) => {
  if (!(reason instanceof NoPython)) throw reason;
  console.warn(`skipped: the gateway can't be installed: ${reason.message}`);
  return undefined;
});

describe.runIf(bin !== undefined)("npm run load-test on the local data path", () => {
  let project: string;
  let port: number;
  let local: RunningCommand;

  beforeAll(async () => {
    project = projectCopy(fixtureValues);
    const file = join(project, "Pulumi.dev.yaml");
    const document = parse(readFileSync(file, "utf8"));
    const tenant = {
      models: ["assistant"],
      requestsPerMinute: 120,
      tokensPerMinute: 1_000_000,
      parallelRequests: 100,
      monthlyBudgetUsd: 200,
    };
    writeFileSync(
      file,
      stringify({ ...document, config: changed(document.config, ["gantry:tenants", "web"], tenant) }),
    );
    port = await freePort();
    local = new RunningCommand(project, ["dev", "--port", String(port)]);
    await local.says(/ready after/);
  });
  afterAll(async () => {
    local?.child.kill("SIGINT");
    await local?.end();
    rmSync(project, { recursive: true });
  });

  const loadTest = (minutes: string, ...options: string[]) =>
    new RunningCommand(
      project,
      ["dev", "assistant", "--local", "--minutes", minutes, "--prompt", "50", "--answer", "10", ...options],
      "load-test",
    );

  it("ramps to twice the peak with streams of every tenant, and writes plots with the result", async () => {
    const html = join(project, "report.html");
    const command = loadTest("0.1", "--html", html);
    // A busy machine may miss the objective, or be too late to say: what is sent and reported is the same.
    expect([0, 1, 2]).toContain(await command.end());
    expect(command.said).toMatch(/stage 8 of 8: 200 % of the peak, 4\.00 requests a second/);
    expect(command.said).toMatch(/^ +200 % +4\.00 +3 +0 +0 +\d\.\d\d s/m);
    expect(command.said).toMatch(/answered by {2}chat 1\d$/m);
    const page = readFileSync(html, "utf8");
    expect(page).toMatch(/<pre [^>]*>assistant in dev: objective TTFT p50 0\.5 s/);
    expect(page).toContain("first token");
  });

  it("tells failures from limits: exit 1 with their codes", async () => {
    await fault("chat-blue", "server error");
    await fault("openai", "server error");
    const command = loadTest("0.1", "--json");
    expect(await command.end()).toBe(1);
    const report = JSON.parse(command.said.slice(command.said.indexOf("{\n")));
    expect(report).toMatchObject({ result: { outcome: "missed" }, interrupted: false });
    await Promise.all([fault("chat-blue", "none"), fault("openai", "none")]);
  });

  it("writes a partial report that says so after Ctrl-C", async () => {
    const html = join(project, "partial.html");
    const command = loadTest("5", "--html", html);
    await command.says(/stage 1 of 8/);
    command.child.kill("SIGINT");
    const code = await command.end();
    expect([code, command.said]).toEqual([
      130,
      expect.stringContaining("PARTIAL: interrupted in stage 1 of 8"),
    ]);
    expect(readFileSync(html, "utf8")).toContain("PARTIAL");
  });

  async function fault(server: string, fault: string) {
    const response = await fetch(`http://127.0.0.1:${port + 1}/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ server, fault }),
    });
    expect(response.ok).toBe(true);
  }
});
