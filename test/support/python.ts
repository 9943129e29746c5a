import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isFirst, isHeld, pause } from "./lock.ts";

const folder = fileURLToPath(new URL("../../node_modules/.cache/gantry-python", import.meta.url));

const services =
  "acm,ec2,eks,elbv2,iam,kms,logs,resourcegroupstaggingapi,route53,s3,secretsmanager,server,sns,sts";

/** AWS as botocore describes it, and a stand-in that answers as AWS does; one environment for all tests. */
export function pythonWithAws(): string | undefined {
  return pythonWith("aws", ["boto3==1.44.8", `moto[${services}]==5.2.5`]);
}

/**
 * A Python with these packages from PyPI, in a virtual environment that is kept between runs.
 * @param requirements each with its exact version, as `moto==5.2.5`
 * @returns its program; `undefined`, with the reason on the console, where it can't be had
 */
export function pythonWith(name: string, requirements: readonly string[]): string | undefined {
  const home = join(folder, [name, ...requirements].join("-").replaceAll(/[^\w.-]+/g, "_"));
  const python = join(home, "bin/python");
  if (existsSync(python)) return python;
  const fresh = `${home}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  if (!isFirst(`${home}.lock`)) {
    awaitOther(`${home}.lock`);
    return pythonWith(name, requirements);
  }
  const steps: [string, string[]][] = [
    ["python3", ["-m", "venv", fresh]],
    [join(fresh, "bin/python"), ["-m", "pip", "install", "--quiet", ...requirements]],
  ];
  try {
    for (const [program, args] of steps) {
      const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
      if (status === 0) continue;
      console.warn(
        `skipped: ${requirements.join(", ")} can't be installed: ${error?.message ?? stderr.trim()}`,
      );
      rmSync(fresh, { recursive: true, force: true });
      return undefined;
    }
    // Whole or not at all.
    renameSync(fresh, home);
    return python;
  } finally {
    rmSync(`${home}.lock`, { force: true });
  }
}

/** Waits for the worker that installs the same; the lock of one that was killed goes. */
function awaitOther(lock: string) {
  while (existsSync(lock)) {
    pause(200);
    if (!isHeld(lock)) rmSync(lock, { force: true });
  }
}

/** What a script of this folder's neighbours says of a JSON value, line by line. */
export function runPython(python: string, script: string, input: unknown): string[] {
  const { status, stdout, stderr } = spawnSync(
    python,
    [fileURLToPath(new URL(`../real/${script}`, import.meta.url))],
    {
      input: JSON.stringify(input),
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    },
  );
  if (status !== 0) throw new Error(`${script} ended with ${status}:\n${stderr}`);
  return stdout.split("\n").filter((line) => line !== "");
}
