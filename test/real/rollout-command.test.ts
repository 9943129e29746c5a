import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { serve } from "../support/stand-ins.ts";
import { type Environment, healthy, shipped, trafficProject, withLive } from "./traffic-project.ts";

const project = trafficProject();
const { script, start, writes, stackFile, withAws, objects, callers } = project;

describe("npm run rollout", () => {
  it("continues after it was killed in the middle of a write", async () => {
    await withAws(healthy, async (aws) => {
      const args = ["dev", "chat", "green", "--profile", "batch", "--through", project.engine.address];
      expect((await script({ ...aws, STAND_IN_KILL: "1" }, "rollout", ...args)).code).toBe(null);
      expect([writes(), stackFile()]).toEqual([[], withLive("green")]);

      const { stdout, stderr, code } = await script(aws, "rollout", ...args, "--yes");
      expect([code, stderr]).toEqual([0, expect.stringContaining("Drop it? yes (--yes)")]);
      expect(stdout).toContain("promoted: callers of chat get live green");
      expect(writes()).toEqual(["update chat-live"]);
    });
  });

  it.each([1, 2, 3])("killed at moment %i of a canary can be rolled back and continued", async (moment) => {
    const prometheus = await serve(async (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const result = [{ metric: {}, value: [0, "100000"] }];
      response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
    });
    await withAws(healthy, async (aws) => {
      const args = ["dev", "chat", "green", "--profile", "experimental", "--through", project.engine.address];
      const rollout = (more: Environment, ...yes: readonly string[]) =>
        start(
          { ...aws, ...more },
          process.execPath,
          ...["scripts/rollout.ts", ...args, "--prometheus", prometheus.address, ...yes],
        );
      const killed = rollout({ STAND_IN_KILL: String(moment) });
      await new Promise((ended) => killed.on("close", ended));
      const continued = rollout({}, "--yes");
      const said = text(continued.stdout);
      const ended = new Promise((closed) => continued.on("close", closed));
      const lock = join(project.folder, ".gantry/dev-chat.lock");
      const holds = () => existsSync(lock) && JSON.parse(readFileSync(lock, "utf8")).pid === continued.pid;
      const pending = () => JSON.parse(readFileSync(project.state, "utf8")).pending.length > 0;
      while (pending() || callers() !== "blue with a canary" || !holds())
        await new Promise((later) => setTimeout(later, 100));
      // The canary's rule, once, beside those that were deployed.
      const before = JSON.parse(readFileSync(`${project.state}.cloud.deployed`, "utf8")) as object;
      expect(Object.keys(objects()).length).toBe(Object.keys(before).length + 1);
      const { code, stderr } = await script(aws, "switch", "dev", "chat", "--rollback", "--yes");
      expect([code, callers(), stackFile()], stderr).toEqual([0, "blue", shipped]);
      expect(await ended).toBe(1);
      expect(await said).toContain("overtaken");
      expect((await script(aws, "drift", "dev")).code).toBe(0);
    });
    prometheus.close();
  });

  it("rolls back in one write when the canary fails, and leaves a log and a summary", async () => {
    const prometheus = await serve(async (request, response) => {
      const query = new URLSearchParams(await text(request)).get("query") ?? "";
      // Every answer of the green slot is a failure, none of the blue one.
      const value = query.includes('colour="green"') || !query.includes('"5xx"') ? "200" : "0";
      response.writeHead(200, { "content-type": "application/json" });
      response.end(
        JSON.stringify({
          status: "success",
          data: { resultType: "vector", result: [{ metric: {}, value: [0, value] }] },
        }),
      );
    });
    await withAws(healthy, async (aws) => {
      const { stdout, stderr, code } = await script(
        aws,
        "rollout",
        ...[
          "dev",
          "chat",
          "green",
          "--without-shadow",
          "--through",
          project.engine.address,
          "--prometheus",
          prometheus.address,
        ],
      );
      expect([code, stderr]).toEqual([1, ""]);
      expect(stdout).toContain("rolled back: callers of chat get live blue");
      expect(writes()).toEqual(["create chat-canary", "delete chat-canary"]);
      expect(stackFile()).toBe(shipped);
      const log = readFileSync(join(project.folder, ".gantry/dev-chat.jsonl"), "utf8").trimEnd().split("\n");
      expect(log.map((line) => JSON.parse(line).outcome).filter(Boolean)).toContain("abort");
      expect(readFileSync(join(project.folder, ".gantry/dev-chat.md"), "utf8")).toContain("rolled back");
    });
    prometheus.close();
  });

  it("has the gateway copy requests first, and ends that in the one write that rolls back", async () => {
    const prometheus = await serve(async (request, response) => {
      const query = new URLSearchParams(await text(request)).get("query") ?? "";
      const value = query.includes('colour="green"') || !query.includes('"5xx"') ? "200" : "0";
      response.writeHead(200, { "content-type": "application/json" });
      const result = [{ metric: {}, value: [0, value] }];
      response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
    });
    await withAws(healthy, async (aws) => {
      const { stdout, stderr, code } = await script(
        aws,
        "rollout",
        ...["dev", "chat", "green", "--through", project.engine.address, "--prometheus", prometheus.address],
      );
      expect([code, stderr]).toEqual([1, ""]);
      expect(stdout).toContain("update ConfigMap gateway");
      expect(writes()).toEqual(["update gateway", "update gateway"]);
      expect(stackFile()).toBe(shipped.replace("canaryPercent: 0", "canaryPercent: 0, shadowPercent: 0"));
    });
    prometheus.close();
  });

  it("refuses an unknown profile by name", async () => {
    const { stderr, code } = await script({}, "rollout", "dev", "chat", "green", "--profile", "stagd");
    expect([code, stderr]).toEqual([1, 'no profile "stagd"; did you mean "staged"?\n']);
  });
});
