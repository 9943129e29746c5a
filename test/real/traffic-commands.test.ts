import { spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { projectCopy } from "../../scripts/project-copy.ts";
import { root } from "../support/plan.ts";
import { fixtureValues } from "../support/project.ts";
import { awsStandIn, type Serving, type StandingRules, serve } from "../support/stand-ins.ts";

/**
 * The commands as a user runs them, on a copy of the project, with stand-ins for the Pulumi CLI, AWS, an engine and
 * Prometheus.
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
  for (const part of deployed) cpSync(`${state}${part}`, `${state}${part}.deployed`);
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

const deployed = ["", ".cloud", ".history"];

/** Each test begins with the fixture's environment, deployed. */
beforeEach(() => {
  served = [];
  cpSync(join(fixtureValues, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
  for (const part of deployed) cpSync(`${state}${part}.deployed`, `${state}${part}`);
  const left = ["writes", "live", "lock"].map((part) => `${state}.${part}`);
  for (const path of [...left, join(folder, ".gantry")]) rmSync(path, { recursive: true, force: true });
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
      STAND_IN_PLANS: join(folder, "plans"),
      NODE_OPTIONS: `--import=${join(root, "test/support/short-pauses.ts")}`,
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
  const aws = await awsStandIn(health, balancer);
  try {
    return await use({ AWS_ENDPOINT_URL: aws.address });
  } finally {
    aws.close();
  }
}
/** The listener's rules as the cloud beside the state has them. */
const objects = () =>
  JSON.parse(readFileSync(`${state}.cloud`, "utf8")) as Record<string, { inputs: Record<string, unknown> }>;
const balancer: StandingRules = {
  all: () => Object.entries(objects()).map(([id, { inputs }]) => ({ id, ...inputs })),
  remove: (id) => {
    const { [id]: _, ...others } = objects();
    writeFileSync(`${state}.cloud`, JSON.stringify(others));
  },
};

/** What callers of chat get, read from the cloud's rules alone: the weights of the live rule, and the canary's. */
function callers(): string {
  const rules = Object.values(objects()).map(({ inputs }) => JSON.stringify(inputs));
  const live = rules.find(
    (rule) => rule.includes('"chat.models.internal"') && !rule.includes("x-gantry-bucket"),
  );
  const colour = /targetgroup\/chat-(blue|green)\/0","weight":100/.exec(live ?? "")?.[1];
  return rules.some((rule) => rule.includes("x-gantry-bucket")) ? `${colour} with a canary` : String(colour);
}

const healthy = { "chat-blue": ["healthy"], "chat-green": ["healthy"] };

const switched = (environment: Environment) =>
  script(environment, "switch", "dev", "chat", "green", "--bake", "0", "--through", engine.address);

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
      expect(stdout).toContain("promoted: callers of chat get live green; Pulumi.dev.yaml has live green\n");
      expect(writes()).toEqual(["update chat-live"]);
      expect(stackFile()).toBe(withLive("green"));
      expect(served).toEqual(["chat-green.models.internal/v1/chat/completions Bearer sk-canary"]);
    });
  });

  it("rolls back with one write, and a second time not at all", async () => {
    await withAws(healthy, async (aws) => {
      expect((await switched(aws)).code).toBe(0);
      rmSync(`${state}.writes`);
      const first = await script({}, "switch", "dev", "chat", "--rollback");
      expect(first.stderr).toContain("can't be asked");
      const { stdout, stderr, code } = await script(aws, "switch", "dev", "chat", "--rollback");
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("callers of chat get live blue; Pulumi.dev.yaml has live blue");
      expect([writes(), callers(), stackFile()]).toEqual([["update chat-live"], "blue", shipped]);
      const again = await script(aws, "switch", "dev", "chat", "--rollback");
      expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("nothing to roll back")]);
      expect(writes()).toEqual(["update chat-live"]);
    });
  });

  it("rolls back by the stack's history where this machine has no journal", async () => {
    await withAws(healthy, async (aws) => {
      expect((await switched(aws)).code).toBe(0);
      rmSync(join(folder, ".gantry"), { recursive: true });
      expect((await script(aws, "switch", "dev", "chat", "--rollback")).code).toBe(0);
      expect([callers(), stackFile()]).toEqual(["blue", shipped]);
    });
  });

  it("rolls nothing back where no switch is on record, and where the stack was deployed by hand", async () => {
    await withAws(healthy, async (aws) => {
      for (const live of ["blue", "green"]) {
        writeFileSync(join(folder, "Pulumi.dev.yaml"), withLive(live));
        await run({}, "pulumi", "up", "--stack", "dev");
        const { stdout, code } = await script(aws, "switch", "dev", "chat", "--rollback");
        expect([code, stdout, callers()]).toEqual([0, expect.stringContaining("nothing to roll back"), live]);
      }
      expect((await script(aws, "switch", "dev", "chat", "blue", "--rollback")).code).toBe(0);
      expect(callers()).toBe("blue");
    });
  });

  it("leaves what is pending elsewhere in the file alone when it rolls back", async () => {
    const pending = (file: string) => file.replace("monthlyUsd: 4000", "monthlyUsd: 5000");
    await withAws(healthy, async (aws) => {
      expect((await switched(aws)).code).toBe(0);
      writeFileSync(join(folder, "Pulumi.dev.yaml"), pending(withLive("green")));
      expect((await script(aws, "switch", "dev", "chat", "--rollback")).code).toBe(0);
      expect([callers(), stackFile()]).toEqual(["blue", pending(shipped)]);
    });
  });

  it.each([1, 2, 3])("killed at moment %i, its rollback ends on the slot before", async (moment) => {
    await withAws(healthy, async (aws) => {
      expect((await switched({ ...aws, STAND_IN_KILL: String(moment) })).code).toBe(null);
      const stopped = await script(aws, "switch", "dev", "chat", "--rollback");
      expect(stopped.stderr).toContain("start again with --yes to drop it, or run pulumi cancel --stack dev");
      const { code, stdout } = await script(aws, "switch", "dev", "chat", "--rollback", "--yes");
      expect([code, callers(), stackFile()], stdout).toEqual([0, "blue", shipped]);
      expect(JSON.parse(readFileSync(state, "utf8")).pending).toEqual([]);
      expect(existsSync(`${state}.lock`)).toBe(false);
      expect((await script(aws, "drift", "dev")).code).toBe(0);
    });
  });

  it("whose rollback is killed is rolled back all the same", async () => {
    await withAws(healthy, async (aws) => {
      for (const moment of ["1", "2", "3"]) {
        expect((await switched(aws)).code).toBe(0);
        const kill = { ...aws, STAND_IN_KILL: moment };
        expect((await script(kill, "switch", "dev", "chat", "--rollback")).code).toBe(null);
        expect((await script(aws, "switch", "dev", "chat", "--rollback", "--yes")).code).toBe(0);
        expect([callers(), stackFile()]).toEqual(["blue", shipped]);
      }
    });
  });

  it("rolls back while the stack's file can't be parsed, and says what to correct", async () => {
    await withAws(healthy, async (aws) => {
      expect((await switched(aws)).code).toBe(0);
      rmSync(`${state}.writes`);
      const broken = `${withLive("green")}  half: [an edit`;
      writeFileSync(join(folder, "Pulumi.dev.yaml"), broken);
      const { code, stderr } = await script(aws, "switch", "dev", "chat", "--rollback");
      const rolledBack = ["blue", broken, ["update chat-live"]];
      expect([code, callers(), stackFile(), writes()], stderr).toEqual([1, ...rolledBack]);
      expect(stderr).toContain("chat was rolled back, and Pulumi.dev.yaml can't be read");
      expect(stderr).toContain("set the traffic of chat to live blue");
      const again = await script(aws, "switch", "dev", "chat", "--rollback");
      expect(again.stdout).toMatch(/nothing to roll back.*live blue; Pulumi.dev.yaml can't be read/);
      expect([again.code, callers(), stackFile(), writes()]).toEqual([0, ...rolledBack]);
    });
  });

  it("names the commands that roll back where neither the file nor its history can be deployed", async () => {
    await withAws(healthy, async (aws) => {
      expect((await switched(aws)).code).toBe(0);
      rmSync(`${state}.history`);
      rmSync(join(folder, "Pulumi.dev.yaml"));
      const { code, stderr } = await script(aws, "switch", "dev", "chat", "blue", "--rollback");
      expect([code, callers()]).toEqual([1, "green"]);
      const [, rule = "", actions = ""] =
        /^aws elbv2 modify-rule --rule-arn (\S+) --actions '(.*)'$/m.exec(stderr) ?? [];
      expect(objects()).toHaveProperty([rule]);
      expect(JSON.parse(actions)[0].ForwardConfig.TargetGroups).toEqual([
        { TargetGroupArn: expect.stringContaining("/chat-blue/"), Weight: 100 },
        { TargetGroupArn: expect.stringContaining("/chat-green/"), Weight: 0 },
      ]);
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
      const args = ["dev", "chat", "green", "--bake", "0", "--through", engine.address];
      const child = start({ ...aws, STAND_IN_SECONDS: "2" }, process.execPath, "scripts/switch.ts", ...args);
      const said = text(child.stderr);
      const ended = new Promise((closed) => child.on("close", closed));
      while (!existsSync(`${state}.lock`)) await new Promise((later) => setTimeout(later, 50));
      // As a terminal does it: to all of the group.
      process.kill(-(child.pid ?? 0), signal);
      const code = await ended;
      expect(await said).toContain("finishing the write that is under way");
      expect([code, callers(), existsSync(`${state}.lock`)]).toEqual([130, "green", false]);
      expect(JSON.parse(readFileSync(state, "utf8")).pending).toEqual([]);
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
    writeFileSync(join(folder, "Pulumi.dev.yaml"), before);
    await withAws(health, async (aws) => {
      const { stderr, code } = await script(
        aws,
        "switch",
        ...["dev", "chat", "green", "--bake", "0", "--through", engine.address],
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
    [["dev", "chat", "green", "--bake", "soon"], '--bake "soon" is not a number of minutes'],
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
  it("continues after it was killed in the middle of a write", async () => {
    await withAws(healthy, async (aws) => {
      const args = ["dev", "chat", "green", "--profile", "batch", "--through", engine.address];
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
      const args = ["dev", "chat", "green", "--profile", "experimental", "--through", engine.address];
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
      const lock = join(folder, ".gantry/dev-chat.lock");
      const holds = () => existsSync(lock) && JSON.parse(readFileSync(lock, "utf8")).pid === continued.pid;
      const pending = () => JSON.parse(readFileSync(state, "utf8")).pending.length > 0;
      while (pending() || callers() !== "blue with a canary" || !holds())
        await new Promise((later) => setTimeout(later, 100));
      // The canary's rule, once, beside those that were deployed.
      const before = JSON.parse(readFileSync(`${state}.cloud.deployed`, "utf8")) as object;
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
          engine.address,
          "--prometheus",
          prometheus.address,
        ],
      );
      expect([code, stderr]).toEqual([1, ""]);
      expect(stdout).toContain("rolled back: callers of chat get live blue");
      expect(writes()).toEqual(["create chat-canary", "delete chat-canary"]);
      expect(stackFile()).toBe(shipped);
      const log = readFileSync(join(folder, ".gantry/dev-chat.jsonl"), "utf8").trimEnd().split("\n");
      expect(log.map((line) => JSON.parse(line).outcome).filter(Boolean)).toContain("abort");
      expect(readFileSync(join(folder, ".gantry/dev-chat.md"), "utf8")).toContain("rolled back");
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
    await withAws(healthy, async (aws) => {
      const { stdout, code } = await script(aws, "drift", "dev");
      expect(stdout).toMatch(/^\d+ resources of dev are as the stack's state says\n$/);
      expect(code).toBe(0);
    });
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

    const { stdout, code } = await withAws(healthy, (aws) => script(aws, "drift", "dev", "--json"));
    expect(code).toBe(1);
    const found = JSON.parse(stdout) as { name: string; field: string; found?: unknown }[];
    expect(found.map(({ name, field }) => `${name} ${field}`).sort()).toEqual([
      "Pulumi.dev.yaml chat",
      "chat-blue image of engine",
      "chat-blue image of verify",
      "chat-green-direct ",
      "chat-live weight of chat-blue",
      "chat-live weight of chat-green",
    ]);
  });
});
