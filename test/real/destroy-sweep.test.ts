import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Moto, startMoto } from "../support/moto.ts";
import { pythonWith, pythonWithAws } from "../support/python.ts";
import { root } from "./real-stack.ts";

const run = promisify(execFile);
const python = pythonWithAws();
const cli = pythonWith("aws-cli", ["awscli==1.46.3"]);

/** The AWS CLI's own entry point, once for each command line. */
const eachCommand = `import json, sys; from awscli.clidriver import create_clidriver
for words in json.loads(sys.argv[1]):
    if create_clidriver().main(words) != 0: sys.exit(" ".join(words))`;

/** AWS's list of tags, its services and its command line: moto and the AWS CLI itself. */
describe.skipIf(python === undefined || cli === undefined)("the sweep after a destroy", () => {
  let moto: Moto;
  let planted: { readonly left: readonly string[]; readonly ending: readonly string[] };
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    moto = await startMoto(python ?? "", [], { MOTO_ACCOUNT_ID: "111122223333" });
    env = {
      ...process.env,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_DEFAULT_REGION: "us-east-1",
    };
  });
  afterAll(() => moto?.stop());

  const sweep = () =>
    ended(run(process.execPath, ["scripts/destroy.ts", "dev", "--sweep"], { cwd: root, env }));

  it("finds nothing in an account that has nothing", async () => {
    expect(await sweep()).toEqual({
      code: 0,
      output: expect.stringContaining("dev: nothing is left in us-east-1"),
    });
  });

  it("names each leftover of the program, nodes and controllers, and tells what ends by itself", async () => {
    const script = fileURLToPath(new URL("leftovers.py", import.meta.url));
    planted = JSON.parse((await run(python ?? "", [script, moto.url, "gantry-dev"])).stdout);
    const { code, output } = await sweep();
    const [named = "", byItself = ""] = output.split("ends by itself and costs nothing");
    expect(code).toBe(1);
    expect(arns(named)).toEqual([...planted.left].sort());
    expect(arns(byItself)).toEqual([...planted.ending].sort());
  });

  it("fits a terminal of 80 columns, but for ARNs and commands", async () => {
    const terminal = [
      "-qfec",
      `stty cols 80; '${process.execPath}' scripts/destroy.ts dev --sweep`,
      "/dev/null",
    ];
    const { output } = await ended(run("script", terminal, { cwd: root, env }));
    const wide = output.split(/\r?\n/).filter((line) => line.length > 80 && !/^ +(?:arn|aws)\b/.test(line));
    expect(wide).toEqual([]);
  });

  it("gives commands that delete all of it", async () => {
    const { output } = await sweep();
    const commands = [...output.matchAll(/^ +aws (.+)$/gm)].map(([, words = ""]) => words.split(" "));
    expect(commands.length).toBe(planted.left.length);
    await run(cli ?? "", ["-c", eachCommand, JSON.stringify(commands)], { env });
    const { code, output: after } = await sweep();
    expect([code, arns(after.split("ends by itself")[0] ?? "")]).toEqual([0, []]);
  }, 120_000);
});

function arns(text: string): string[] {
  return (text.match(/^ +arn:aws:\S+$/gm) ?? []).map((line) => line.trim()).sort();
}

async function ended(running: Promise<{ stdout: string; stderr: string }>) {
  const {
    code = 0,
    stdout,
    stderr,
  } = (await running.catch((failed) => failed)) as {
    code?: number;
    stdout: string;
    stderr: string;
  };
  return { code, output: stdout + stderr };
}
