import { spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { projectCopy } from "../../scripts/project-copy.ts";
import { root } from "../support/plan.ts";
import { fixtureValues } from "../support/project.ts";
import { awsStandIn, type Serving, serve } from "../support/stand-ins.ts";

/**
 * The commands as a user runs them, on a copy of the project: the real Automation API, with stand-ins for the Pulumi
 * CLI, AWS, an engine and Prometheus.
 */
let folder: string;
let state: string;
let engine: Serving;
let served: string[];

beforeAll(async () => {
  folder = projectCopy(fixtureValues);
  state = join(folder, "state.json");
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const cli = join(bin, "pulumi");
  writeFileSync(
    cli,
    `#!/bin/sh\nexec '${process.execPath}' '${join(root, "test/support/pulumi-cli.ts")}' "$@"\n`,
  );
  chmodSync(cli, 0o755);
  engine = await serve((request, response) => {
    served.push(`${request.headers.host}${request.url} ${request.headers.authorization}`);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ usage: { completion_tokens: 3 } }));
  });
  const { code, stderr } = await run({}, "pulumi", "up", "--stack", "dev");
  expect([code, stderr]).toEqual([0, ""]);
  cpSync(state, `${state}.deployed`);
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

/** Each test begins with the fixture's environment, deployed. */
beforeEach(() => {
  served = [];
  cpSync(join(fixtureValues, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
  cpSync(`${state}.deployed`, state);
  for (const left of [`${state}.writes`, `${state}.live`, join(folder, ".gantry")])
    rmSync(left, { recursive: true, force: true });
});

type Environment = Readonly<Record<string, string>>;

function start(environment: Environment, command: string, ...args: readonly string[]) {
  return spawn(command, args, {
    cwd: folder,
    detached: true,
    env: {
      ...process.env,
      PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
      STAND_IN_STATE: state,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      ...environment,
    },
  });
}

async function run(environment: Environment, command: string, ...args: readonly string[]) {
  const child = start(environment, command, ...args);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((ended) => child.on("close", ended)),
  ]);
  return { stdout, stderr, code };
}

const script = (environment: Environment, name: string, ...args: readonly string[]) =>
  run(environment, process.execPath, `scripts/${name}.ts`, ...args);

/** The changes that the stack made, in order. */
function writes(): readonly string[] {
  if (!existsSync(`${state}.writes`)) return [];
  const lines = readFileSync(`${state}.writes`, "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const { kind, name } = JSON.parse(line) as { kind: string; name: string };
    return `${kind} ${name}`;
  });
}

const stackFile = () => readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8");
const shipped = readFileSync(join(fixtureValues, "Pulumi.dev.yaml"), "utf8");
const withLive = (live: string) => shipped.replace("live: blue", `live: ${live}`);

async function withAws<T>(
  health: Readonly<Record<string, readonly string[]>>,
  use: (environment: Environment) => T,
) {
  const aws = await awsStandIn(health);
  try {
    return await use({ AWS_ENDPOINT_URL: aws.address });
  } finally {
    aws.close();
  }
}
const healthy = { "chat-blue": ["healthy"], "chat-green": ["healthy"] };

describe("npm run switch", () => {
  it("looks, asks the slot, shows what changes, and writes one rule", async () => {
    await withAws(healthy, async (aws) => {
      const { stdout, stderr, code } = await script(
        aws,
        "switch",
        ...["dev", "chat", "green", "--bake", "0", "--through", engine.address],
      );
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("  update ListenerRule chat-live  actions\n");
      expect(stdout).toContain("finished: live green\n");
      expect(writes()).toEqual(["update chat-live"]);
      expect(stackFile()).toBe(withLive("green"));
      expect(served).toEqual(["chat-green.models.internal/v1/chat/completions Bearer sk-canary"]);
    });
  });

  it("goes back with one write, without asking anybody, and the file is as it was", async () => {
    writeFileSync(join(folder, "Pulumi.dev.yaml"), withLive("green"));
    await run({}, "pulumi", "up", "--stack", "dev");
    rmSync(`${state}.writes`);
    const { stdout, stderr, code } = await script({}, "switch", "dev", "chat", "--rollback");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^dev chat: live green -> live blue, [\d.]+ s after the command\n$/);
    expect(writes()).toEqual(["update chat-live"]);
    expect(stackFile()).toBe(shipped);
  });

  it("leaves what is pending elsewhere in the file alone when it goes back", async () => {
    const pending = (file: string) => file.replace("monthlyUsd: 4000", "monthlyUsd: 5000");
    writeFileSync(join(folder, "Pulumi.dev.yaml"), withLive("green"));
    await run({}, "pulumi", "up", "--stack", "dev");
    rmSync(`${state}.writes`);
    writeFileSync(join(folder, "Pulumi.dev.yaml"), pending(withLive("green")));
    expect((await script({}, "switch", "dev", "chat", "--rollback")).code).toBe(0);
    expect([writes(), stackFile()]).toEqual([["update chat-live"], pending(shipped)]);
  });

  it.each<
    [
      what: string,
      health: Record<string, string[]>,
      edit: (file: string) => string,
      message: string,
      more?: Environment,
    ]
  >([
    [
      "an unhealthy slot",
      { ...healthy, "chat-green": ["unhealthy", "initial"] },
      (file) => file,
      "chat green: 0 healthy of the 1 targets needed (1 unhealthy, 1 initial). Nothing was changed: live blue",
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
      "Pulumi.dev.yaml has live green for chat, the stack live blue: the file was edited and not deployed. Nothing was changed",
    ],
    [
      "a stack that is locked",
      healthy,
      (file) => file,
      "the stack dev is locked by another update",
      { STAND_IN_LOCKED: "1" },
    ],
  ])("changes nothing for %s, and says so", async (_, health, edit, message, more = {}) => {
    const before = edit(shipped);
    writeFileSync(join(folder, "Pulumi.dev.yaml"), before);
    await withAws(health, async (aws) => {
      const { stderr, code } = await script(
        { ...aws, ...more },
        "switch",
        ...["dev", "chat", "green", "--bake", "0", "--through", engine.address],
      );
      expect(stderr).toContain(message);
      expect([code, writes(), stackFile()]).toEqual([1, [], before]);
    });
  });

  it.each([
    [["dev", "chap", "green"], 'no model "chap"; did you mean "chat"?'],
    [["dev", "chat", "gren"], '"gren" is no colour; did you mean "green"?'],
    [["staging", "chat", "green"], "chat has no green slot in Pulumi.staging.yaml"],
    [["devv", "chat", "green"], 'did you mean "dev"?'],
    [["dev", "chat"], "npm run switch -- <environment> <model> <colour>"],
    [["dev", "chat", "green", "--bake", "soon"], '--bake "soon" is no number of minutes'],
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
        ...["dev", "chat", "green", "--through", engine.address, "--prometheus", "http://127.0.0.1:9"],
      );
      expect(stderr).toMatch(
        /port-forward svc\/\S+ 9090 brings it here for --prometheus http:\/\/127\.0\.0\.1:9090/,
      );
      expect([code, writes(), stackFile()]).toEqual([1, [], shipped]);
    });
  });
});

describe("npm run rollout", () => {
  it("goes on after it was killed in the middle of a write", async () => {
    await withAws(healthy, async (aws) => {
      const args = ["dev", "chat", "green", "--profile", "batch", "--through", engine.address];
      const killed = start(
        { ...aws, STAND_IN_SECONDS: "20" },
        process.execPath,
        "scripts/rollout.ts",
        ...args,
      );
      while (stackFile() === shipped) await new Promise((later) => setTimeout(later, 100));
      // With all that it has started, as a machine that goes away.
      process.kill(-(killed.pid ?? 0), "SIGKILL");
      await new Promise((ended) => killed.on("close", ended));
      expect([writes(), stackFile()]).toEqual([[], withLive("green")]);

      const { stdout, stderr, code } = await script(aws, "rollout", ...args);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("finished: live green");
      expect(writes()).toEqual(["update chat-live"]);
    });
  });

  it("goes back in one write when the canary fails, and leaves a log and a summary", async () => {
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
          engine.address,
          "--prometheus",
          prometheus.address,
        ],
      );
      expect([code, stderr]).toEqual([1, ""]);
      expect(stdout).toContain("gone back: live blue");
      expect(writes()).toEqual(["create chat-canary", "delete chat-canary"]);
      expect(stackFile()).toBe(shipped);
      const log = readFileSync(join(folder, ".gantry/dev-chat.jsonl"), "utf8").trimEnd().split("\n");
      expect(log.map((line) => JSON.parse(line).outcome).filter(Boolean)).toContain("abort");
      expect(readFileSync(join(folder, ".gantry/dev-chat.md"), "utf8")).toContain("gone back");
    });
    prometheus.close();
  });

  it("refuses an unknown profile by name", async () => {
    const { stderr, code } = await script({}, "rollout", "dev", "chat", "green", "--profile", "stagd");
    expect([code, stderr]).toEqual([1, 'no profile "stagd"; did you mean "staged"?\n']);
  });
});

describe("npm run drift", () => {
  it("ends with 0 where nothing differs", async () => {
    const { stdout, code } = await script({}, "drift", "dev");
    expect([code, stdout]).toEqual([0, "6 resources of dev are as the stack's state says\n"]);
  });

  it("shows weights, images and rules that are gone, and what the file says otherwise", async () => {
    const { resources } = JSON.parse(readFileSync(state, "utf8")) as {
      resources: { urn: string; type: string; name: string; inputs: Record<string, unknown> }[];
    };
    const find = (type: string, name: string) =>
      resources.find((one) => one.type.endsWith(type) && one.name === name);
    const [live, direct, deployment] = [
      find("ListenerRule", "chat-live"),
      find("ListenerRule", "chat-green-direct"),
      find(":Deployment", "chat-blue"),
    ];
    const text = (value: unknown) => JSON.stringify(value);
    const changed = {
      [live?.urn ?? ""]: JSON.parse(
        text(live?.inputs).replace('"weight":100', '"weight":60').replace('"weight":0', '"weight":40'),
      ),
      [direct?.urn ?? ""]: null,
      [deployment?.urn ?? ""]: JSON.parse(
        text(deployment?.inputs).replaceAll(/sha256:[0-9a-f]{64}/g, `sha256:${"0".repeat(64)}`),
      ),
    };
    writeFileSync(`${state}.live`, JSON.stringify(changed));
    writeFileSync(join(folder, "Pulumi.dev.yaml"), withLive("green"));

    const { stdout, code } = await script({}, "drift", "dev", "--json");
    expect(code).toBe(1);
    const found = JSON.parse(stdout) as { name: string; field: string; found?: unknown }[];
    expect(found.map(({ name, field }) => `${name} ${field}`).sort()).toEqual([
      "Pulumi.dev.yaml chat",
      "chat-blue image of engine",
      "chat-green-direct ",
      "chat-live weight of chat-blue",
      "chat-live weight of chat-green",
    ]);
  });
});
