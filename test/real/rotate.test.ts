import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { projectCopy } from "../../scripts/project-copy.ts";
import { withTraffic } from "../../scripts/traffic/stack-file.ts";
import { type Moto, startMoto } from "../support/moto.ts";
import { fixtureValues } from "../support/project.ts";
import { pythonWithAws } from "../support/python.ts";

const python = pythonWithAws();

/** When a command is broken off, as a share of the time that it takes. */
const moments = [0.3, 0.6, 0.8, 0.9, 1];

describe.runIf(python !== undefined)("npm run rotate, broken off at any time", () => {
  const project = projectCopy(fixtureValues);
  const values = ["sk-first-0123456789", "sk-second-0123456789"];
  const [first = "", second = ""] = values;
  const provider = "gantry/dev/providers/openai";
  let moto: Moto;
  let manager: SecretsManagerClient;
  let variables: Record<string, string>;
  /** Of a command that isn't broken off. */
  let milliseconds: number;
  const said: string[] = [];

  beforeAll(async () => {
    moto = await startMoto(python ?? "", [], { MOTO_ACCOUNT_ID: "111122223333" });
    const endpoint = moto.url;
    const [accessKeyId, secretAccessKey] = ["test", "test"];
    variables = {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
    manager = new SecretsManagerClient({
      region: "us-east-1",
      endpoint,
      credentials: { accessKeyId, secretAccessKey },
    });
    await made(provider, first);
    for (const name of ["tenants/web/1", "redis", "engine-api-key"]) await generated(name);
    const begin = performance.now();
    expect((await rotate(["gateway-master-key"])).code).toBe(0);
    milliseconds = performance.now() - begin;
  });
  afterAll(() => {
    moto?.stop();
    rmSync(project, { recursive: true });
  });

  const made = (Name: string, SecretString: string) =>
    manager.send(new CreateSecretCommand({ Name, SecretString }));
  /** A value that `pulumi up` makes. */
  async function generated(name: string) {
    values.push(`generated-${name}-0123456789`);
    await made(`gantry/dev/${name}`, values.at(-1) ?? "");
  }
  const staged = async (VersionStage: string) =>
    (await manager.send(new GetSecretValueCommand({ SecretId: provider, VersionStage }))).SecretString;
  const file = join(project, "Pulumi.dev.yaml");
  const setting = (name: string) => parse(readFileSync(file, "utf8")).config[`gantry:${name}`];
  const keys = () => setting("tenants").web.keys ?? [1];
  const passwords = () => setting("cache").create.passwords ?? [1];
  /** Generations of the keys that the blue and the green slot take. */
  const generations = () => {
    const { blue, green } = setting("models").chat;
    return [blue.keyGeneration ?? 1, green.keyGeneration ?? 1];
  };

  async function rotate(
    args: readonly string[],
    {
      input = "",
      signal,
    }: { readonly input?: string; readonly signal?: readonly [NodeJS.Signals, number] } = {},
  ) {
    const child = spawn(process.execPath, ["scripts/rotate.ts", "dev", ...args], {
      cwd: project,
      env: { ...process.env, ...variables },
    });
    child.stdin.on("error", () => undefined).end(input);
    const all = Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((ended) => child.once("close", ended)),
    ]);
    if (signal !== undefined) {
      await sleep(milliseconds * signal[1]);
      child.kill(signal[0]);
    }
    const [stdout, stderr, code] = await all;
    said.push(stdout, stderr);
    return { code, output: stdout + stderr };
  }

  /** Broken off at each moment, by force or by Ctrl-C, and then repeated to its end. */
  async function brokenOff(args: readonly string[], holds: () => Promise<void>, input = "") {
    for (const [index, moment] of moments.entries()) {
      await rotate(args, { input, signal: [index % 2 === 0 ? "SIGKILL" : "SIGINT", moment] });
      await holds();
    }
    const { code, output } = await rotate(args, { input });
    expect(code, output).toBe(0);
    await holds();
  }

  async function unchanged(args: readonly string[]) {
    const before = readFileSync(file, "utf8");
    const { code, output } = await rotate(args);
    expect([code, readFileSync(file, "utf8")], output).toEqual([0, before]);
  }

  it("gives a tenant a second key, and revokes the first with --finish", async () => {
    await brokenOff(["tenants/web"], async () => expect([[1], [1, 2]]).toContainEqual(keys()));
    expect(keys()).toEqual([1, 2]);
    // Before `pulumi up` has made the second one, none is revoked.
    await unchanged(["tenants/web", "--finish"]);
    expect(keys()).toEqual([1, 2]);
    await generated("tenants/web/2");
    await unchanged(["tenants/web"]);
    await brokenOff(["tenants/web", "--finish"], async () => expect([[1, 2], [2]]).toContainEqual(keys()));
    expect(keys()).toEqual([2]);
  });

  it("gives the cache a second password, and takes the first from it with --finish", async () => {
    await brokenOff(["redis"], async () => expect([[1], [1, 2]]).toContainEqual(passwords()));
    expect(passwords()).toEqual([1, 2]);
    // Before `pulumi up` has made the second one, the cache keeps the first, whatever is asked.
    await unchanged(["redis", "--finish"]);
    await generated("redis-2");
    await unchanged(["redis"]);
    await brokenOff(["redis", "--finish"], async () => expect([[1, 2], [2]]).toContainEqual(passwords()));
    await unchanged(["redis", "--finish"]);
    expect(passwords()).toEqual([2]);
  });

  it("gives a model's standby the next key, and the other slot only after the traffic has left it", async () => {
    const model = "models/chat";
    await brokenOff([model], async () =>
      expect([
        [1, 1],
        [1, 2],
      ]).toContainEqual(generations()),
    );
    expect(generations()).toEqual([1, 2]);
    await unchanged([model, "--finish"]);
    await generated("engine-api-key-2");
    await unchanged([model]);
    writeFileSync(
      file,
      withTraffic("Pulumi.dev.yaml", readFileSync(file, "utf8"), "chat", { live: "green", canaryPercent: 0 }),
    );
    await unchanged([model]);
    await brokenOff([model, "--finish"], async () =>
      expect([
        [1, 2],
        [2, 2],
      ]).toContainEqual(generations()),
    );
    // Repeated, the end of one rotation isn't the begin of the next.
    await unchanged([model, "--finish"]);
    expect(generations()).toEqual([2, 2]);
  });

  it("puts a provider's key, and keeps the one before however often it is repeated", async () => {
    const live = async () => {
      const now = await staged("AWSCURRENT");
      expect([first, second]).toContain(now);
      if (now === second) expect(await staged("AWSPREVIOUS")).toBe(first);
    };
    await brokenOff(["openai"], live, second);
    expect((await rotate(["openai"], { input: second })).code).toBe(0);
    expect([await staged("AWSCURRENT"), await staged("AWSPREVIOUS")]).toEqual([second, first]);
    // Back to the one before, which has a version already.
    expect((await rotate(["openai"], { input: first })).code).toBe(0);
    expect([await staged("AWSCURRENT"), await staged("AWSPREVIOUS")]).toEqual([first, second]);
  });

  it("shows no value", () => {
    expect(values.filter((value) => said.some((one) => one.includes(value)))).toEqual([]);
  });
});
