import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectCopy } from "../../scripts/project-copy.ts";
import { commandsIn, documents, scriptOf } from "../support/commands.ts";
import { root } from "../support/plan.ts";
import { fixtureValues } from "../support/project.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As package.json starts it. */
function run(script: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const fast = `--import=${join(root, "scripts/fast-start.js")}`;
    execFile(process.execPath, [fast, join(root, "scripts", script), ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const { scripts, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly version: string;
};
/** Every command of the project's own, as package.json calls it. */
const commands = Object.entries(scripts).flatMap(([name, command]) => {
  const file = /^node (?:--import \S+ )?scripts\/(\S+\.ts)$/.exec(command)?.[1];
  return file === undefined ? [] : [{ name, file }];
});

/** What each says of itself, by name. */
const helps = new Map<string, string>();

describe("each command", () => {
  it("is among those that are tried here", () => {
    expect(commands.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "start",
        "bench",
        "capacity",
        "policies",
        "put-secret",
        "switch",
        "rollout",
        "drift",
      ]),
    );
  });

  it.each(commands)("explains itself: $name", async ({ name, file }) => {
    const { code, stdout, stderr } = await run(file, "--help");
    expect([code, stderr]).toEqual([0, ""]);
    const how = name === "start" ? "npm start" : `npm run ${name}`;
    expect(stdout.startsWith(`${how} `) || stdout.startsWith(`${how}\n`)).toBe(true);
    helps.set(name, stdout);
  });

  it("explains every option with which a document shows it", () => {
    const unknown = documents(root)
      .flatMap((file) => commandsIn(root, file))
      .flatMap((command) => {
        const { name = "", args = [] } = (command.words[0] === "npm" && scriptOf(command)) || {};
        const help = helps.get(name);
        return args
          .filter((word) => help !== undefined && /^--?[a-z]/.test(word))
          .map((word) => word.split("=")[0] ?? word)
          .filter((option) => !new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(help ?? ""))
          .map((option) => `${command.at} ${name}: ${option}`);
      });
    expect(helps.size).toBe(commands.length);
    expect(unknown).toEqual([]);
  });

  it("has a short form of it, and names its version", async () => {
    expect((await run("capacity.ts", "-h")).stdout).toBe((await run("capacity.ts", "--help")).stdout);
    expect(await run("capacity.ts", "--version")).toEqual({
      code: 0,
      stdout: `gantry ${version}\n`,
      stderr: "",
    });
  });

  it("shows its usage for an option that it doesn't have", async () => {
    const { code, stderr } = await run("capacity.ts", "--relese", "x");
    expect([code, stderr]).toEqual([1, expect.stringContaining("npm run capacity -- --release <file>")]);
  });

  it("shows no key that was pasted in place of a name", async () => {
    const { code, stderr } = await run("put-secret.ts", "dev", "sk-aB3aB3aB3aB3aB3aB3");
    expect([code, stderr.includes("aB3")]).toEqual([1, false]);
  });
});

it("drift tells what it couldn't look at from what differs", async () => {
  expect((await run("drift.ts", "no-such-environment")).code).toBe(2);
});

it("a full disk is a sentence and a failure", async () => {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [join(root, "scripts/policies.ts")], {
    stdio: ["ignore", full, "pipe"],
  });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += String(chunk);
  });
  const [code] = await once(child, "close");
  closeSync(full);
  expect([code, said]).toEqual([1, expect.stringMatching(/^the disk is full/)]);
});

const project = projectCopy(fixtureValues);
afterAll(() => rmSync(project, { recursive: true }));
/** Runs a command where the project can't be written, in a namespace of its own. */
const onReadOnlyDisk = (command: string) => [
  ...["--map-root-user", "--mount", "sh", "-c"],
  `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && ${command}`,
  project,
];
const mayMount = (() => {
  try {
    execFileSync("unshare", onReadOnlyDisk("! touch written 2>/dev/null"));
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!mayMount)(
  `a read-only disk${mayMount ? "" : " (skipped: unshare can't mount here)"}`,
  () => {
    const runThere = (command: string): Promise<Ended> =>
      new Promise((resolve) => {
        execFile("unshare", onReadOnlyDisk(command), (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
        );
      });

    it("is enough for a plan", async () => {
      const { code, stdout } = await runThere("npm start --silent -- dev");
      expect([code, stdout]).toEqual([0, expect.stringContaining("planned and judged")]);
    });

    it("is a sentence and a failure where something has to be written", async () => {
      const { code, stderr } = await runThere("npm run --silent switch -- dev chat green --local");
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^a (?:file|folder) can't be /)]);
    });
  },
);
