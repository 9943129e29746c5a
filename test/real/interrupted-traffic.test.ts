import { execFileSync, spawn } from "node:child_process";
import { chmodSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { awsStandIn, type Serving, serve } from "../support/stand-ins.ts";
import { plain } from "./providers/values.ts";
import { clusterEndpoint, type Ended, missingPrograms, type RealStack, realStack } from "./real-stack.ts";
import { stackFile, withTwoSlots } from "./two-slots.ts";

const listenerRules = "aws:lb/listenerRule:ListenerRule";
const toGreen = ["switch", "dev", "chat", "green", "--bake", "0"];
const toBlue = ["switch", "dev", "chat", "--rollback", "--yes"];

const missing = missingPrograms();
if (missing !== undefined) console.warn(`skipped: interrupted traffic with the real CLI (${missing})`);

describe.skipIf(missing !== undefined)("traffic that is interrupted, with the real CLI", () => {
  let endpoint: Awaited<ReturnType<typeof clusterEndpoint>>;
  let stack: RealStack;
  let aws: Serving;
  let engine: Serving;
  let before: string;

  beforeAll(async () => {
    endpoint = await clusterEndpoint();
    stack = await realStack("dev", endpoint.address);
    withTwoSlots(stack);
    const { cloud } = stack;
    aws = await awsStandIn(
      { "chat-blue": ["healthy"], "chat-green": ["healthy"] },
      {
        all: () => cloud.ofType(listenerRules).map(({ id, inputs }) => ({ id, ...plain(inputs) })),
        remove: (id) => cloud.remove({ type: listenerRules, id }),
      },
    );
    engine = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ usage: { completion_tokens: 3 } }));
    });
    commandsClock(stack);
    const up = await stack.pulumi(["up", "--yes", "--skip-preview"]);
    expect(up.code, up.output.slice(-4000)).toBe(0);
  });
  afterAll(() => {
    for (const server of [endpoint, aws, engine]) server?.close();
    stack?.remove();
  });
  beforeEach(() => {
    before = readFileSync(stackFile(stack), "utf8");
  });

  it.each([
    ["when its CLI is lost in the write", true, "write"],
    ["when it is killed in the write", false, "write"],
    ["when it is killed before the write", false, "lock"],
  ] as const)("rolls a switch back %s", async (_, onlyCli, moment) => {
    const { code } = await interrupted(toGreen, onlyCli, moment);
    expect(code).not.toBe(0);
    await rolledBack();
  });

  it.each([
    ["when its CLI is lost in the write", true],
    ["when it is killed in the write", false],
  ] as const)("ends a rollback %s, when it is repeated", async (_, onlyCli) => {
    const { code, output } = await command(toGreen);
    expect(code, output).toBe(0);
    expect(live()).toBe("green");
    // A rollback that only loses its CLI may still end what it began.
    await interrupted(toBlue, onlyCli, "write");
    await rolledBack();
  });

  /** Runs the rollback, and looks that callers, state and file are as before the switch, and that no lock is left. */
  async function rolledBack() {
    const { code, output } = await command(toBlue);
    expect([code, live()], output).toEqual([0, "blue"]);
    expect(readFileSync(stackFile(stack), "utf8"), output).toBe(before);
    expect((await stack.state()).pending).toEqual([]);
    const preview = await stack.pulumi(["preview", "--expect-no-changes"]);
    expect(preview.code, preview.output.slice(-4000)).toBe(0);
    const again = await command(toBlue);
    expect([again.code, again.output]).toEqual([0, expect.stringContaining("nothing to roll back")]);
  }

  function command(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return start(args, variables).ended;
  }

  function start([name, ...args]: readonly string[], variables: NodeJS.ProcessEnv) {
    const through = args.includes("--rollback") ? [] : ["--through", engine.address];
    const child = spawn(process.execPath, [`scripts/${name}.ts`, ...args, ...through], {
      cwd: stack.folder,
      detached: true,
      env: {
        ...stack.variables,
        PATH: [join(stack.folder, "bin"), stack.variables.PATH].join(delimiter),
        NODE_OPTIONS: "",
        AWS_ENDPOINT_URL: aws.address,
        ...variables,
      },
    });
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    const closed = new Promise<number | null>((ended) => child.on("close", ended));
    return { child, ended: closed.then(async (code) => ({ code, output: (await said).join("") })) };
  }

  /** Ends the CLI in its next write to chat's live rule, and the command with it unless it may see that happen. */
  async function interrupted(args: readonly string[], onlyCli: boolean, moment: "write" | "lock") {
    const writes = begun() + 1;
    const kill = moment === "write" ? { GANTRY_CLOUD_KILL: `${writes}@::chat-live` } : {};
    const { child, ended } = start(args, kill);
    if (onlyCli) {
      const end = await ended;
      expect(begun(), end.output).toBeGreaterThanOrEqual(writes);
      return end;
    }
    const reached = () => (moment === "write" ? begun() >= writes : locks().length > 0);
    while (!reached() && child.exitCode === null) await sleep(20);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    for (const pid of children()) process.kill(pid, "SIGKILL");
    return ended;
  }

  function begun(): number {
    return stack.cloud
      .operations()
      .filter(({ kind, stage, urn }) => kind !== "read" && stage === "begun" && urn.includes("::chat-live"))
      .length;
  }

  function locks(): readonly string[] {
    const { PULUMI_BACKEND_URL = "" } = stack.variables;
    return globSync(join(new URL(PULUMI_BACKEND_URL).pathname, ".pulumi/locks/**/*.json"));
  }

  /** Processes that work in the copy of the project: the CLI outlives the command in a group of its own. */
  function children(): readonly number[] {
    return globSync("/proc/[0-9]*/environ").flatMap((file) => {
      const own = `PULUMI_BACKEND_URL=${stack.variables.PULUMI_BACKEND_URL}`;
      try {
        return readFileSync(file, "utf8").split("\0").includes(own) ? [Number(file.split("/")[2])] : [];
      } catch {
        return [];
      }
    });
  }

  /** The slot that callers of chat reach, by the cloud's rules alone. */
  function live(): string | undefined {
    const rules = stack.cloud.ofType(listenerRules).map(({ inputs }) => JSON.stringify(plain(inputs)));
    const ofChat = rules.filter(
      (rule) => rule.includes('"chat.models.internal"') && !rule.includes("x-gantry-bucket"),
    );
    expect(ofChat.length).toBe(1);
    return /targetgroup\/chat-(blue|green)[^"]*","weight":100/.exec(ofChat[0] ?? "")?.[1];
  }
});

/**
 * Gives the CLI's programs the day of the fixtures, for which the policies' exemptions hold, and leaves commands the
 * machine's: the CLI dates its history by it, which they compare with their journal.
 */
function commandsClock({ folder, variables }: RealStack) {
  const pulumi = execFileSync("which", ["pulumi"], { env: variables, encoding: "utf8" }).trim();
  const file = join(folder, "bin/pulumi");
  mkdirSync(join(folder, "bin"));
  writeFileSync(file, `#!/bin/sh\nNODE_OPTIONS='${process.env.NODE_OPTIONS}' exec '${pulumi}' "$@"\n`);
  chmodSync(file, 0o755);
}
