import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it } from "vitest";
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
  return runAt(root, process.env, script, args);
}

/** In a copy of the project. */
function runAt(
  folder: string,
  env: NodeJS.ProcessEnv,
  script: string,
  args: readonly string[],
): Promise<Ended> {
  return new Promise((resolve) => {
    const fast = `--import=${join(folder, "scripts/fast-start.js")}`;
    const words = [fast, join(folder, "scripts", script), ...args];
    execFile(process.execPath, words, { cwd: folder, env }, (error, stdout, stderr) =>
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
    expect(stderr).toMatch(/^no option --relese; did you mean "--release"\?\n/);
  });

  it("shows no key that was pasted in place of a name", async () => {
    const { code, stderr } = await run("put-secret.ts", "dev", "sk-aB3aB3aB3aB3aB3aB3");
    expect([code, stderr.includes("aB3")]).toEqual([1, false]);
    const many = await run("put-secret.ts", "dev", "openai", "correct-horse-battery");
    expect([many.code, many.stderr.includes("horse")]).toEqual([1, false]);
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

/** Commands that have an environment, with what else they need: the exit code is that of "couldn't do its work". */
const ofEnvironments: readonly (readonly [command: string, code: number, ...args: string[]])[] = [
  ["start", 1],
  ["usage", 1],
  ["forget", 1, "someone", "--tenant", "web"],
  ["load-test", 2, "assistant"],
  ["local", 1],
  ["bootstrap", 1, "--repository", "owner/name"],
  ["put-secret", 1, "openai"],
  ["rotate", 1, "redis"],
  ["switch", 1, "chat", "green"],
  ["rollout", 1, "chat", "green"],
  ["destroy", 2],
  ["drift", 2],
  ["recover", 1],
  ["preflight", 2],
];

/** What each command says first of wrong input, in the words of a user's mistake. */
const mistakes: readonly (readonly [
  what: string,
  command: string,
  args: readonly string[],
  code: number,
  said: RegExp,
])[] = [
  ...ofEnvironments.flatMap(([command, code, ...rest]) => [
    [
      "an environment that isn't there",
      command,
      ["devv", ...rest],
      code,
      /^Pulumi\.devv\.yaml\n.*no such file; did you mean "dev"\?$/,
    ] as const,
    [
      "a stack's file that isn't YAML",
      command,
      ["broken", ...rest],
      code,
      /^Pulumi\.broken\.yaml\n.*line \d/s,
    ] as const,
    [
      "an unknown option",
      command,
      ["dev", ...rest, "--nope"],
      code,
      /^no option --nope; allowed: --/,
    ] as const,
  ]),
  ...["usage", "forget", "load-test", "bootstrap", "put-secret", "rotate", "switch", "rollout"].map(
    (command) =>
      [
        "nothing at all",
        command,
        [],
        command === "load-test" ? 2 : 1,
        /^missing: (?:--\S+ )?<[^\n]+\n\nnpm run /,
      ] as const,
  ),
  ...["destroy", "drift", "preflight"].map(
    (command) => ["nothing at all", command, [], 2, /^missing: <environment>\n\nnpm run /] as const,
  ),
  ["nothing at all", "recover", [], 1, /^missing: <environment>\n/],
  ["nothing at all", "release", [], 1, /^missing: <name>, --model <organisation\/name>\n/],
  ["nothing at all", "capacity", [], 1, /^missing: --release <file>\n/],
  [
    "a missing argument",
    "switch",
    ["dev", "chat"],
    1,
    /^these arguments don't fit: needed are <environment>, /,
  ],
  ["a missing argument", "release", ["new"], 1, /^these arguments don't fit: needed are <name>, --model /],
  ["one argument too many", "start", ["dev", "prod"], 1, /^one environment at a time, not also prod\n/],
  ["one argument too many", "policies", ["dev"], 1, /^"dev" has no meaning here: only options are taken\n/],
  ["an option without its value", "start", ["--html"], 1, /^--html needs a value: --html <value>, /],
  [
    "a value for an option that has none",
    "start",
    ["--json=1"],
    1,
    /^--json takes no value: give it alone\n/,
  ],
  ["an option given twice", "start", ["--json", "--json"], 1, /^--json is given twice; give it once$/],
  [
    "a folder that isn't there",
    "start",
    ["--html", "/nowhere/a.html"],
    1,
    /there is no folder \/nowhere; make it/,
  ],
  [
    "an unknown model",
    "switch",
    ["dev", "chatt", "green"],
    1,
    /has no model "chatt"; did you mean "chat"\?$/,
  ],
  ["an unknown model", "rollout", ["dev", "other", "green"], 1, /has no model "other"; allowed: chat$/],
  [
    "an unknown slot",
    "switch",
    ["dev", "chat", "red"],
    1,
    /^"red" is not a slot's colour; allowed: blue, green$/,
  ],
  [
    "an unknown slot",
    "rollout",
    ["dev", "chat", "red"],
    1,
    /^"red" is not a slot's colour; allowed: blue, green$/,
  ],
  [
    "an unknown profile",
    "rollout",
    ["dev", "chat", "green", "--profile", "x"],
    1,
    /^no profile "x"; allowed: staged/,
  ],
  [
    "minutes that aren't a number",
    "switch",
    ["dev", "chat", "green", "--bake", "x"],
    1,
    /^--bake "x": .* 0 to 1440$/,
  ],
  ["an unknown route", "load-test", ["dev", "nosuch"], 2, /^no route "nosuch" in dev; allowed: assistant$/],
  [
    "no consent",
    "load-test",
    ["dev", "assistant"],
    2,
    /^nothing was sent: confirm on a terminal, or with --yes$/,
  ],
  [
    "an unknown secret",
    "rotate",
    ["dev", "nosuch"],
    1,
    /^dev has no secret "nosuch"; allowed: tenants\/web, /,
  ],
  ["an unknown provider", "put-secret", ["dev", "x"], 1, /no hosted model of "x"; allowed: openai/],
  ["an unknown grouping", "usage", ["dev", "--by", "x"], 1, /^--by "x": .*; allowed: tenant, user, /],
  ["a day that isn't one", "usage", ["dev", "--from", "2026-13-40"], 1, /^--from "2026-13-40" is not a day/],
  [
    "an unknown release",
    "capacity",
    ["--release", "x"],
    1,
    /^no release "x" under stacks\/releases; allowed: /,
  ],
  [
    "a rate that isn't a number",
    "capacity",
    ["--release", "qwen3-8b-awq-1", "--requests", "x"],
    1,
    /^--requests "x": a number above 0$/,
  ],
  ["an unknown part", "bench", ["x"], 1, /^no part "x" to measure; allowed: rollout, /],
  ["a name that isn't one", "release", ["Bad!", "--model", "a/b"], 1, /^"Bad!" isn't a release's name: /],
  ["a release that is there", "release", ["qwen3-8b-awq-1", "--model", "a/b"], 1, /already exists/],
  [
    "an unknown engine",
    "release",
    ["new", "--model", "a/b", "--engine", "x@1"],
    1,
    /^--engine "x@1": .*allowed: vllm, tgi$/,
  ],
  [
    "a repository that isn't one",
    "bootstrap",
    ["dev", "--repository", "x"],
    1,
    /"x" +a GitHub repository: owner\/name$/,
  ],
  ["a port that isn't one", "local", ["dev", "--port", "x"], 1, /^--port "x": a whole number from 1024/],
  ["a comparison with nothing", "diff", ["dev", "--base", "HEAD"], 1, /isn't in a git repository/],
  ["two forms at once", "diff", ["--json", "--markdown"], 1, /^either --json or --markdown, not both\n/],
  ...["usage", "put-secret", "rotate", "destroy"].map((command) => {
    const args =
      { usage: [], "put-secret": ["openai"], rotate: ["redis"], destroy: ["--sweep"] }[command] ?? [];
    const code = command === "destroy" ? 2 : 1;
    return [
      "no credentials",
      command,
      ["dev", ...args],
      code,
      /^no valid AWS credentials .*aws sso login/,
    ] as const;
  }),
  ...["switch", "rollout", "drift", "recover", "destroy"].map((command) => {
    const args = command === "switch" || command === "rollout" ? ["chat", "green"] : [];
    const code = command === "drift" || command === "destroy" ? 2 : 1;
    return [
      "no Pulumi",
      command,
      ["dev", ...args],
      code,
      /^the Pulumi CLI isn't on the PATH; install it: https/,
    ] as const;
  }),
];

describe("a mistake is one sentence that says what to do, and a failure", () => {
  /** Without an account, a home, Pulumi or git. */
  const bare = { NODE_OPTIONS: process.env.NODE_OPTIONS, AWS_EC2_METADATA_DISABLED: "true", HOME: project };
  const fileOf = (name: string) => commands.find((command) => command.name === name)?.file ?? name;

  const broken = join(project, "Pulumi.broken.yaml");
  afterEach(() => rmSync(broken, { force: true }));

  it.each(mistakes)("%s: %s %j", async (what, command, args, code, said) => {
    const env = { ...bare, PATH: what === "a comparison with nothing" ? process.env.PATH : project };
    if (args[0] === "broken") writeFileSync(broken, "config:\n  gantry:pools: [\n");
    const { stdout, stderr, ...ended } = await runAt(project, env, fileOf(command), args);
    expect({ ...ended, stdout }).toEqual({ code, stdout: "" });
    expect(stderr.trimEnd()).toMatch(said);
    expect(stderr).not.toMatch(/\n\s+at \S+ \(|bug in Gantry/);
  });

  it("Ctrl-C of preflight says that nothing has changed, and ends what it started", async () => {
    const temporary = mkdtempSync(join(project, "temporary-"));
    const child = spawn(process.execPath, ["scripts/preflight.ts", "dev"], {
      cwd: project,
      // An address that takes a connection and never answers.
      env: { ...bare, PATH: process.env.PATH, TMPDIR: temporary, AWS_ENDPOINT_URL: "http://198.51.100.1" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += String(chunk);
    });
    const children = () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim();
    while (children() === "" && child.exitCode === null) await wait(20);
    const started = children().split(" ");
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect([code, said]).toEqual([130, "stopped early; preflight only reads, so nothing has changed\n"]);
    await expect.poll(() => started.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("is made with every command that takes arguments", () => {
    const tried = new Set(mistakes.map(([, command]) => command));
    // Their only arguments are options, which one reader reads for all.
    const optionsOnly = ["schema", "outdated", "prices"];
    expect(commands.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual(optionsOnly);
  });
});

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
      expect([code, stdout]).toEqual([0, expect.stringContaining("planned and checked")]);
    });

    it("is enough for a plan that gives way to other programs, whose user can't raise a priority again", async () => {
      const { code, stdout } = await runThere("nice -n 7 npm start --silent -- dev");
      expect([code, stdout]).toEqual([0, expect.stringContaining("planned and checked")]);
    });

    it("is a sentence and a failure where something has to be written", async () => {
      const { code, stderr } = await runThere("npm run --silent switch -- dev chat green --local");
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^a (?:file|folder) can't be /)]);
    });
  },
);
