import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../node_modules/.cache/gantry-python", import.meta.url));

/** AWS as botocore describes it, and a stand-in that answers as AWS does. */
export const awsPackages = ["boto3==1.44.8", "moto[ec2,eks,iam,s3]==5.2.5"];

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
  const steps: [string, string[]][] = [
    ["python3", ["-m", "venv", fresh]],
    [join(fresh, "bin/python"), ["-m", "pip", "install", "--quiet", ...requirements]],
  ];
  for (const [program, args] of steps) {
    const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
    if (status === 0) continue;
    console.warn(
      `skipped: ${requirements.join(", ")} can't be installed: ${error?.message ?? stderr.trim()}`,
    );
    rmSync(fresh, { recursive: true, force: true });
    return undefined;
  }
  // Whole or not at all, also when two runs meet.
  if (existsSync(python)) rmSync(fresh, { recursive: true });
  else renameSync(fresh, home);
  return python;
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
