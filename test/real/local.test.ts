import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { freePort } from "../../scripts/local/loopback.ts";
import { hasPrometheus } from "../../scripts/local/prometheus-server.ts";
import { NoPython, pythonEnvironment } from "../../scripts/local/python-environment.ts";
import { projectCopy } from "../../scripts/project-copy.ts";
import { changed } from "../support/changed.ts";
import { fixtureValues } from "../support/project.ts";
import { RunningCommand, temporaryFolder } from "../support/running-command.ts";

const bin = await pythonEnvironment(console.warn).catch((reason) => {
  if (!(reason instanceof NoPython)) throw reason;
  console.warn(`skipped: the gateway can't be installed: ${reason.message}`);
  return undefined;
});

describe.runIf(bin !== undefined)("npm run local", () => {
  const tenant = {
    models: ["assistant"],
    requestsPerMinute: 400,
    tokensPerMinute: 100_000,
    monthlyBudgetUsd: 200,
  };
  let project: string;
  let file: string;
  let port: number;
  let command: RunningCommand;
  const folders = () =>
    readdirSync(temporaryFolder(project)).filter((name) => name.startsWith("gantry-local-"));

  beforeAll(async () => {
    project = projectCopy(fixtureValues);
    file = join(project, "Pulumi.dev.yaml");
    save(["gantry:tenants", "web"], tenant);
    port = await freePort();
    command = new RunningCommand(project, ["dev", "--port", String(port)]);
    await command.says(/ready after/);
  });
  afterAll(async () => {
    command?.child.kill("SIGINT");
    await command?.end();
    rmSync(project, { recursive: true });
  });

  function save(path: readonly string[], value: unknown) {
    const document = parse(readFileSync(file, "utf8"));
    writeFileSync(file, stringify({ ...document, config: changed(document.config, path, value) }));
  }

  /** Saves the file, and waits until what it says is in effect. */
  async function taken(path: readonly string[], value: unknown, state: string) {
    const before = command.said.length;
    save(path, value);
    await expect.poll(() => command.said.slice(before), { timeout: 120_000 }).toContain(state);
  }

  async function fault(server: string, fault: string) {
    return fetch(`http://127.0.0.1:${port + 1}/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ server, fault }),
    });
  }

  const keyOf = (text: string) => /^key {3}(\S+)/m.exec(text)?.[1] ?? "";
  async function ask(key: string, fields: object = {}, signal?: AbortSignal) {
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({
        model: "assistant",
        messages: [{ role: "user", content: "hello" }],
        max_tokens: 3,
        ...fields,
      }),
      ...(signal && { signal }),
    });
    return {
      status: response.status,
      model: response.headers.get("x-gantry-model"),
      text: await response.text(),
    };
  }

  it("prints an address, a key and three lines that work as they are", async () => {
    const lines = command.said
      .replaceAll("\\\n", "")
      .split("\n")
      .filter((line) => line.startsWith("curl "));
    expect(lines).toHaveLength(3);
    const answers = await Promise.all(lines.map(shell));
    expect(answers[0]).toContain('"0 1 2 3');
    expect(answers[1]).toContain("data: [DONE]");
    expect(JSON.parse(answers[2] ?? "").data).toEqual([
      { id: "assistant", object: "model", owned_by: "gantry" },
    ]);
  });

  it("refuses at the edge what the planned rules refuse", async () => {
    for (const path of ["/metrics", "/key/generate", "/ui", "/v1/model/info"])
      expect([path, (await fetch(`http://127.0.0.1:${port}${path}`)).status]).toEqual([path, 404]);
  });

  it("says what runs when it is started again", async () => {
    const second = new RunningCommand(project, ["dev"]);
    expect(await second.end()).toBe(1);
    expect(second.said).toMatch(/^it is already running, as process \d+/);
    expect(second.said).toContain(`http://127.0.0.1:${port}`);
  });

  it("has a page with what happens, its charts from this machine", async () => {
    const page = `http://127.0.0.1:${port + 1}`;
    const html = await (await fetch(page)).text();
    expect([...html.matchAll(/(?:src|href)="([^"]+)"|from "([^"]+)"/g)].map(([, a, b]) => a ?? b)).toEqual([
      "/uplot.css",
      "/uplot.js",
    ]);
    for (const path of ["/uplot.css", "/uplot.js"]) expect((await fetch(page + path)).status).toBe(200);
    await ask(keyOf(command.said));
    const events = await fetch(`${page}/events`);
    let text = "";
    for await (const piece of events.body ?? []) {
      text += new TextDecoder().decode(piece);
      if (/"tenant":\{"web":\{"requests":[1-9]/.test(text)) break;
    }
    expect(text).toContain('"split":{"chat":{"chat-blue":100,"chat-green":0}}');
    expect((await fetch(`${page}/load`, { method: "POST", body: '{"perSecond":1}' })).status).toBe(415);
  });

  it("breaks a server on demand, and the route's next model answers", async () => {
    await fault("chat-blue", "refused");
    expect(await ask(keyOf(command.said))).toMatchObject({ status: 200, model: "gpt-4o" });
    await fault("chat-blue", "none");
  });

  it.runIf(hasPrometheus())("shows Redis away and a frozen engine to the planned alerts", async () => {
    const prometheus = /^alerts {2}(\S+)\/alerts$/m.exec(command.said)?.[1] ?? "";
    const api = async <Data>(path: string) =>
      ((await (await fetch(`${prometheus}/api/v1/${path}`)).json()) as { readonly data: Data }).data;
    const value = async (query: string) => {
      const { result } = await api<{ result: readonly { value: readonly [number, string] }[] }>(
        `query?${new URLSearchParams({ query })}`,
      );
      return Number(result[0]?.value[1]);
    };
    const { groups } = await api<{ groups: readonly { rules: readonly { name: string }[] }[] }>(
      "rules?type=alert",
    );
    const names = groups.flatMap(({ rules }) => rules.map(({ name }) => name));
    expect(names).toEqual(expect.arrayContaining(["EngineStalled", "LimitsWithoutRedis", "TenantAtLimit"]));
    const patience = { timeout: 300_000 };
    await expect.poll(() => value('sum by (environment) (up{environment="dev"})'), patience).toBe(3);

    await fault("redis", "refused");
    expect((await ask(keyOf(command.said))).status).toBe(200);
    await expect.poll(() => value('gantry_gateway_redis_lost{namespace="gateway"}'), patience).toBe(1);
    await fault("redis", "none");

    await fault("chat-blue", "frozen");
    const left = new AbortController();
    const hanging = ask(keyOf(command.said), { messages: [{ role: "user", content: "hang" }] }, left.signal);
    await expect.poll(() => value('vllm:num_requests_running{colour="blue"}'), patience).toBeGreaterThan(0);
    left.abort();
    await expect(hanging).rejects.toThrow();
    await fault("chat-blue", "none");
    expect((await fault("redis", "slow")).status).toBe(400);
    expect((await fault("openai", "frozen")).status).toBe(400);
    await expect.poll(() => value('vllm:num_requests_running{colour="blue"}'), patience).toBe(0);
  });

  it("has a provider's status page say on demand that it is degraded, and that it has recovered", async () => {
    const indicator = async () => {
      const page = await fetch(`http://127.0.0.1:${port + 1}/status/openai`);
      return ((await page.json()) as { status: { indicator: string } }).status.indicator;
    };
    const found: string[] = [];
    for (const kind of ["none", "degraded", "none"]) {
      await fault("openai", kind);
      found.push(await indicator());
    }
    expect(found).toEqual(["none", "major", "none"]);
    expect((await fault("chat-blue", "degraded")).status).toBe(400);
  });

  it("is switched and rolled back by the traffic commands, which ask the slot before", async () => {
    const traffic = async (...args: readonly string[]) => {
      const run = new RunningCommand(project, ["dev", "chat", ...args, "--local"], "switch");
      return {
        code: await run.end(),
        said: run.said,
        live: /live: \w+/.exec(readFileSync(file, "utf8"))?.[0],
      };
    };
    await fault("chat-green", "refused");
    const refused = await traffic("green", "--bake", "0");
    expect([refused.code, refused.live]).toEqual([1, "live: blue"]);
    expect(refused.said).toContain("chat green: 0 healthy of the 1 targets needed (1 unhealthy)");
    await fault("chat-green", "none");
    const switched = await traffic("green", "--bake", "0");
    expect([switched.code, switched.live], switched.said).toEqual([0, "live: green"]);
    expect((await ask(keyOf(command.said))).text).toContain("chatcmpl-green");
    const back = await traffic("--rollback");
    expect([back.code, back.live], back.said).toEqual([0, "live: blue"]);
    expect((await ask(keyOf(command.said))).text).toContain("chatcmpl-blue");
  });

  it("says that the gateway's process has died, and starts another one", async () => {
    const before = command.said.length;
    const [pid = 0] = pidsIn(temporaryFolder(project), "litellm");
    process.kill(pid, "SIGSEGV");
    await expect
      .poll(() => command.said.slice(before), { timeout: 300_000 })
      .toMatch(/the gateway ended \(SIGSEGV\)\n.*starting the gateway/);
    await expect
      .poll(
        () =>
          ask(keyOf(command.said)).then(
            ({ status, text }) =>
              status === 200 ? 200 : `${status}: ${text}\n${command.said.slice(before)}`,
            String,
          ),
        { timeout: 300_000 },
      )
      .toBe(200);
  });

  it("answers without a pause while two slots take two keys, switched and rolled back", async () => {
    const traffic = ["gantry:models", "chat", "traffic", "live"];
    await taken(["gantry:models", "chat", "green", "keyGeneration"], 2, "is in effect after");
    for (const [live, state] of [
      ["green", "chat-blue 0 %, chat-green 100 %"],
      ["blue", "chat-blue 100 %, chat-green 0 %"],
      ["green", "chat-blue 0 %, chat-green 100 %"],
      ["blue", "chat-blue 100 %, chat-green 0 %"],
    ] as const) {
      await taken(traffic, live, state);
      for (let index = 0; index < 3; index++) {
        const { status, text } = await ask(keyOf(command.said));
        expect([status, /chatcmpl-(\w+)-/.exec(text)?.[1]]).toEqual([200, live]);
      }
    }
    await taken(["gantry:models", "chat", "green", "keyGeneration"], 1, "is in effect after");
  });

  it("moves the traffic and takes tenants on and off when the stack's file is saved", async () => {
    const live = ["gantry:models", "chat", "traffic", "live"];
    await taken(live, "green", "chat-blue 0 %, chat-green 100 %; tenants web");
    // The model may rest after its failures.
    await expect
      .poll(async () => (await ask(keyOf(command.said), { model: "assistant" })).text, { timeout: 300_000 })
      .toContain("chatcmpl-green");
    await taken(["gantry:tenants"], { shop: tenant }, "tenants shop");
    await expect.poll(async () => (await ask(keyOf(command.said))).status, { timeout: 300_000 }).toBe(401);
    save(["gantry:tenants"], { web: { ...tenant, requestsPerMinute: 0 } });
    await command.says(/nothing was changed[\s\S]*requestsPerMinute/);
  });

  it("leaves nothing for long where it is ended by force, and starts again", async () => {
    expect(programsIn(temporaryFolder(project))).toEqual(expect.arrayContaining(["litellm", "redis-server"]));
    command.child.kill("SIGKILL");
    await expect
      .poll(() => [programsIn(temporaryFolder(project)), folders()], { timeout: 300_000 })
      .toEqual([[], []]);
    save(["gantry:tenants"], { web: tenant });
    command = new RunningCommand(project, ["dev", "--port", String(port)]);
    await command.says(/ready after/);
  });

  it("leaves nothing behind after Ctrl-C", async () => {
    command.child.kill("SIGINT");
    expect(await command.end()).toBe(0);
    expect(folders()).toEqual([]);
    expect(existsSync(join(project, ".gantry/local.txt"))).toBe(false);
    for (const left of [port, port + 1])
      await expect(fetch(`http://127.0.0.1:${left}/ready`)).rejects.toThrow();
    expect(programsIn(temporaryFolder(project))).toEqual([]);
    save(["gantry:tenants"], { web: tenant });
    const late = new RunningCommand(project, ["dev", "chat", "green", "--local"], "switch");
    expect([await late.end(), late.said]).toEqual([
      1,
      expect.stringContaining("which isn't running here: start it"),
    ]);
  });
});

/** Names of the programs that run in a folder, or with one of its files. */
function programsIn(folder: string): string[] {
  return processesIn(folder).map(({ name }) => name);
}

function pidsIn(folder: string, program: string): number[] {
  return processesIn(folder).flatMap(({ name, pid }) => (name === program ? [pid] : []));
}

function processesIn(folder: string): { readonly name: string; readonly pid: number }[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      // Redis shows another command line than its own, and Prometheus runs elsewhere.
      const seen = readFileSync(`/proc/${pid}/cmdline`, "utf8") + readlinkSync(`/proc/${pid}/cwd`);
      const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
      return seen.includes(folder) ? [{ name, pid: Number(pid) }] : [];
    } catch {
      return []; // not a process, or one that has just ended
    }
  });
}

async function shell(line: string): Promise<string> {
  const child = spawn("bash", ["-c", line]);
  let said = "";
  child.stdout.on("data", (text) => {
    said += text;
  });
  await new Promise((ended) => child.once("close", ended));
  return said;
}
