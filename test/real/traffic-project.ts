import { spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { projectCopy } from "../../scripts/project-copy.ts";
import { root } from "../support/plan.ts";
import { fixtureValues } from "../support/project.ts";
import { awsStandIn, type Serving, type StandingRules, serve } from "../support/stand-ins.ts";

export type Environment = Readonly<Record<string, string>>;

/** The stack's file as each test begins with it, and with another live slot. */
export const shipped = readFileSync(join(fixtureValues, "Pulumi.dev.yaml"), "utf8");
export const withLive = (live: string) => shipped.replace("live: blue", `live: ${live}`);
/** Targets of both slots, by their states. */
export const healthy = { "chat-blue": ["healthy"], "chat-green": ["healthy"] };

const stateParts = ["", ".cloud", ".history"];

/**
 * The traffic commands as a user runs them, on a copy of the project, with stand-ins for the Pulumi CLI, AWS, an engine
 * and Prometheus. To be called once in a test file: each of its tests begins with the fixture's dev environment,
 * deployed. Files run side by side, each with a project of its own.
 */
export function trafficProject() {
  let folder: string;
  let state: string;
  let engine: Serving;
  let served: string[] = [];

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
    for (const part of stateParts) cpSync(`${state}${part}`, `${state}${part}.deployed`);
  });
  afterAll(() => {
    engine.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(() => {
    served = [];
    cpSync(join(fixtureValues, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
    for (const part of stateParts) cpSync(`${state}${part}.deployed`, `${state}${part}`);
    const left = ["writes", "live", "lock"].map((part) => `${state}.${part}`);
    for (const path of [...left, join(folder, ".gantry")]) rmSync(path, { recursive: true, force: true });
  });

  function start(environment: Environment, command: string, ...args: readonly string[]) {
    return spawn(command, args, {
      cwd: folder,
      detached: true,
      env: {
        ...process.env,
        PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
        STAND_IN_STATE: state,
        STAND_IN_PLANS: join(folder, "plans"),
        NODE_OPTIONS: ["scripts/fast-start.js", "test/support/short-pauses.ts"]
          .map((file) => `--import=${join(root, file)}`)
          .join(" "),
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

  /** The cloud beside the state. */
  const objects = () =>
    JSON.parse(readFileSync(`${state}.cloud`, "utf8")) as Record<string, { inputs: Record<string, unknown> }>;
  const balancer: StandingRules = {
    all: () => Object.entries(objects()).map(([id, { inputs }]) => ({ id, ...inputs })),
    remove: (id) => {
      const { [id]: _, ...others } = objects();
      writeFileSync(`${state}.cloud`, JSON.stringify(others));
    },
  };

  return {
    get folder() {
      return folder;
    },
    /** Path of the stand-in's state. */
    get state() {
      return state;
    },
    get engine() {
      return engine;
    },
    /** What the engine was asked in this test. */
    get served(): readonly string[] {
      return served;
    },
    start,
    run,
    script,
    objects,

    switched: (environment: Environment) =>
      script(environment, "switch", "dev", "chat", "green", "--bake", "0", "--through", engine.address),

    stackFile: () => readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8"),

    /** The changes that the stack made, in order. */
    writes(): readonly string[] {
      if (!existsSync(`${state}.writes`)) return [];
      const lines = readFileSync(`${state}.writes`, "utf8").trimEnd().split("\n");
      return lines.map((line) => {
        const { kind, name } = JSON.parse(line) as { kind: string; name: string };
        return `${kind} ${name}`;
      });
    },

    /** What callers of chat get, read from the cloud's rules alone: the weights of the live rule, and the canary's. */
    callers(): string {
      const rules = Object.values(objects()).map(({ inputs }) => JSON.stringify(inputs));
      const live = rules.find(
        (rule) => rule.includes('"chat.models.internal"') && !rule.includes("x-gantry-bucket"),
      );
      const colour = /targetgroup\/chat-(blue|green)\/0","weight":100/.exec(live ?? "")?.[1];
      return rules.some((rule) => rule.includes("x-gantry-bucket"))
        ? `${colour} with a canary`
        : String(colour);
    },

    async withAws<T>(
      health: Readonly<Record<string, readonly string[]>>,
      use: (environment: Environment) => T,
    ) {
      const aws = await awsStandIn(health, balancer);
      try {
        return await use({ AWS_ENDPOINT_URL: aws.address });
      } finally {
        aws.close();
      }
    },
  };
}
