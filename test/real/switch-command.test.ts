import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { healthy, shipped, trafficProject, withLive } from "./traffic-project.ts";

const project = trafficProject();
const { script, start, writes, stackFile, withAws, callers, switched } = project;

describe("npm run switch", () => {
  it("looks, asks the slot, shows what changes, and writes one rule", async () => {
    await withAws(healthy, async (aws) => {
      const { stdout, stderr, code } = await script(
        aws,
        "switch",
        ...["dev", "chat", "green", "--bake", "0", "--through", project.engine.address],
      );
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("  update ListenerRule chat-live  actions\n");
      expect(stdout).toContain("promoted: callers of chat get live green; Pulumi.dev.yaml has live green\n");
      expect(writes()).toEqual(["update chat-live"]);
      expect(stackFile()).toBe(withLive("green"));
      expect(project.served).toEqual(["chat-green.models.internal/v1/chat/completions Bearer sk-canary"]);
    });
  });

  it("refuses a standby that is smaller than what the live slot runs, with the figures", async () => {
    const large = { "chat-blue": Array(8).fill("healthy"), "chat-green": ["healthy", "healthy"] };
    await withAws(large, async (aws) => {
      const { stderr, code } = await switched(aws);
      expect(stderr).toContain("2 healthy of the 8 targets needed");
      expect(stderr).toContain("set models.chat.green.replicas.min to 8");
      expect([code, writes(), callers()]).toEqual([1, [], "blue"]);
    });
  });

  it.each(["SIGINT", "SIGTERM"] as const)("finishes the write that %s finds under way", async (signal) => {
    await withAws(healthy, async (aws) => {
      const args = ["dev", "chat", "green", "--bake", "0", "--through", project.engine.address];
      const child = start({ ...aws, STAND_IN_SECONDS: "2" }, process.execPath, "scripts/switch.ts", ...args);
      const said = text(child.stderr);
      const ended = new Promise((closed) => child.on("close", closed));
      while (!existsSync(`${project.state}.lock`)) await new Promise((later) => setTimeout(later, 50));
      // As a terminal does it: to all of the group.
      process.kill(-(child.pid ?? 0), signal);
      const code = await ended;
      expect(await said).toContain("finishing the write that is under way");
      expect([code, callers(), existsSync(`${project.state}.lock`)]).toEqual([130, "green", false]);
      expect(JSON.parse(readFileSync(project.state, "utf8")).pending).toEqual([]);
    });
  });

  it.each<[what: string, health: Record<string, string[]>, edit: (file: string) => string, message: string]>([
    [
      "an unhealthy slot",
      { ...healthy, "chat-green": ["unhealthy", "initial"] },
      (file) => file,
      "chat green: 0 healthy of the 1 targets needed (1 unhealthy, 1 initial). Nothing was changed. Now callers of chat get live blue; Pulumi.dev.yaml has live blue",
    ],
    [
      "another change that is pending",
      healthy,
      (file) => file.replace("monthlyUsd: 4000", "monthlyUsd: 5000"),
      "more than the listener rules of chat would change:\n  update Budget budget",
    ],
    [
      "traffic that was edited and not deployed",
      healthy,
      () => withLive("green"),
      "Pulumi.dev.yaml has live green for chat, the load balancer live blue: the file was edited and not deployed",
    ],
  ])("changes nothing for %s, and says so", async (_, health, edit, message) => {
    const before = edit(shipped);
    writeFileSync(join(project.folder, "Pulumi.dev.yaml"), before);
    await withAws(health, async (aws) => {
      const { stderr, code } = await script(
        aws,
        "switch",
        ...["dev", "chat", "green", "--bake", "0", "--through", project.engine.address],
      );
      expect(stderr).toContain(message);
      expect([code, writes(), stackFile()]).toEqual([1, [], before]);
    });
  });

  it.each([
    [["dev", "chap", "green"], 'no model "chap"; did you mean "chat"?'],
    [["dev", "chat", "gren"], '"gren" is not a slot\'s colour; did you mean "green"?'],
    [["staging", "chat", "green"], "chat has no green slot in Pulumi.staging.yaml"],
    [["devv", "chat", "green"], 'did you mean "dev"?'],
    [["dev", "chat"], "npm run switch -- <environment> <model> <colour>"],
    [["dev", "chat", "green", "--bake", "soon"], '--bake "soon": a number of minutes'],
  ])("refuses %j", async (args, message) => {
    const { stderr, code } = await script({}, "switch", ...args);
    expect(stderr).toContain(message);
    expect([code, stackFile()]).toEqual([1, shipped]);
  });

  it("needs Prometheus to watch, and says how to reach it", async () => {
    await withAws(healthy, async (aws) => {
      const { stderr, code } = await script(
        aws,
        "switch",
        ...[
          "dev",
          "chat",
          "green",
          "--through",
          project.engine.address,
          "--prometheus",
          "http://127.0.0.1:9",
        ],
      );
      expect(stderr).toMatch(
        /port-forward svc\/\S+ 9090 brings it here for --prometheus http:\/\/127\.0\.0\.1:9090/,
      );
      expect([code, writes(), stackFile()]).toEqual([1, [], shipped]);
    });
  });
});
