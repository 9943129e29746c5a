import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { processStart } from "../process-start.ts";

interface Requirements {
  /** What is installed, as a user reads it. */
  readonly label: string;
  /** A file of pip's with the exact version and the hashes of every package. */
  readonly file: string;
}

const gateway: Requirements = {
  label: "the gateway",
  file: fileURLToPath(new URL("requirements.txt", import.meta.url)),
};
/** Between two looks whether another process has finished the same environment. */
const lookMilliseconds = 500;

/** Why the packages can't be installed on this machine. */
export class NoPython extends Error {}

/**
 * The programs of a Python virtual environment with pinned packages, made where there is none: each package by the
 * hashes of the requirements, ready-made only, so that no package's own code runs while it is installed. It lies in
 * the user's cache and serves every clone with the same requirements.
 * @param requirements @default the gateway's, with LiteLLM
 * @returns the folder of its programs
 * @throws NoPython with the reason
 */
export async function pythonEnvironment(
  progress: (what: string) => void = () => undefined,
  requirements = gateway,
): Promise<string> {
  const version = await run("python3", ["--version"]).catch(() => {
    throw new NoPython("python3 isn't on PATH");
  });
  const digest = createHash("sha256").update(readFileSync(requirements.file)).update(version).digest("hex");
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gantry");
  const folder = join(cache, `python-${digest.slice(0, 16)}`);
  const complete = join(folder, "complete");
  mkdirSync(cache, { recursive: true });
  while (!existsSync(complete)) {
    const release = lock(`${folder}.lock`);
    if (release === undefined) {
      await sleep(lookMilliseconds);
      continue;
    }
    try {
      if (!existsSync(complete)) await install(folder, requirements, progress);
      writeFileSync(complete, "");
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw new NoPython((error as Error).message);
    } finally {
      release();
    }
  }
  return join(folder, "bin");
}

async function install(folder: string, { label, file }: Requirements, progress: (what: string) => void) {
  progress(`installing ${label} (once for each version, a minute or more)`);
  rmSync(folder, { recursive: true, force: true });
  await run("python3", ["-m", "venv", folder]);
  const flags = [
    "--quiet",
    "--disable-pip-version-check",
    "--require-hashes",
    "--only-binary=:all:",
    "--no-compile",
  ];
  await run(join(folder, "bin/python"), ["-m", "pip", "install", ...flags, "-r", file]);
}

/** @returns what opens the lock again; nothing while a process that lives holds it */
function lock(file: string): (() => void) | undefined {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return () => rmSync(file, { force: true });
  } catch {
    const holder = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
    if (holder > 0 && processStart(holder) === undefined) rmSync(file, { force: true });
    return undefined;
  }
}

/** @returns what a program printed @throws with the last lines of its errors */
async function run(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const [printed, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((ended, failed) => child.once("error", failed).once("close", ended)),
  ]);
  if (code !== 0)
    throw new Error(
      `${program} ${args.slice(0, 3).join(" ")}: ${errors.trim().split("\n").slice(-3).join(" ")}`,
    );
  return printed;
}
