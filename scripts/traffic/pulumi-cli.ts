import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A stack that couldn't be read or changed, in words for the command's user. */
export class StackError extends Error {
  override readonly name: string = "StackError";
}

/** An update that a signal cancelled. */
export class UpdateCancelledError extends StackError {
  override readonly name = "UpdateCancelledError";
}

/** Another update holds the stack's lock, or a CLI that was killed left it. */
export class StackLockedError extends StackError {
  override readonly name = "StackLockedError";
  /** Who took the lock, where the backend tells. */
  readonly holder: StackLockHolder | undefined;

  constructor(message: string, holder: StackLockHolder | undefined) {
    super(message);
    this.holder = holder;
  }
}

export interface StackLockHolder {
  readonly host: string;
  readonly pid: number;
  /** As the CLI prints it: `created by root@host (pid 12) at 2026-11-28T14:08:12Z`. */
  readonly text: string;
}

/** How the Pulumi CLI is run. */
export interface CliArgs {
  /** The project's folder. */
  readonly root: string;
  readonly environment: string;
  readonly args: readonly string[];
  /** Whether it changes the stack: then the first signal lets it finish, and the second one asks it to cancel. */
  readonly writes?: boolean;
  /** Called every two seconds with its standard output so far. */
  readonly onOutput?: (output: string) => void;
}

const outputMilliseconds = 2000;

/** The CLI's exit code and output. */
export interface CliResult {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the Pulumi CLI on a stack and returns its standard output. @throws StackError */
export async function runPulumi(cli: CliArgs): Promise<string> {
  const ended = await spawned(cli);
  if (ended.code !== 0) throw failure(cli.environment, ended);
  return ended.output;
}

/** Runs the Pulumi CLI on a stack, whether it succeeds or not. @throws StackError where it couldn't begin its work */
export async function tryPulumi(cli: CliArgs): Promise<CliResult> {
  const ended = await spawned(cli);
  const { code, output, errors, cancelled } = ended;
  const failed = failure(cli.environment, ended);
  if (cancelled || (code !== 0 && failed instanceof StackLockedError)) throw failed;
  return { code, output, errors };
}

/**
 * The CLI gets a process group of its own and writes to files: a terminal's Ctrl-C reaches this process alone, and a CLI
 * whose caller is killed finishes its write, where a broken pipe would end it with a lock and a pending operation left.
 */
async function spawned(cli: CliArgs): Promise<Ended> {
  const { root, environment, writes = false, onOutput } = cli;
  const folder = mkdtempSync(join(tmpdir(), "gantry-pulumi-"));
  const [out, error] = [join(folder, "out"), join(folder, "error")];
  const files = [openSync(out, "w"), openSync(error, "w")] as const;
  const telling = onOutput && setInterval(() => onOutput(readFileSync(out, "utf8")), outputMilliseconds);
  try {
    const child = spawn("pulumi", [...cli.args, "--stack", environment, "--non-interactive"], {
      cwd: root,
      detached: true,
      stdio: ["ignore", ...files],
    });
    let signals = 0;
    const pass = () => {
      signals++;
      if (writes && signals === 1)
        console.error("finishing the write that is under way; press Ctrl-C again to cancel it");
      else child.kill("SIGINT");
    };
    process.on("SIGINT", pass).on("SIGTERM", pass);
    const code = await new Promise<number | null>((ended, failed) =>
      child.on("close", ended).on("error", failed),
    ).finally(() => process.off("SIGINT", pass).off("SIGTERM", pass));
    return {
      code,
      output: readFileSync(out, "utf8"),
      errors: readFileSync(error, "utf8"),
      cancelled: code !== 0 && signals > (writes ? 1 : 0),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new StackError(
      "the Pulumi CLI isn't on the PATH; install it: https://www.pulumi.com/docs/install/",
    );
  } finally {
    clearInterval(telling);
    for (const file of files) closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

interface Ended extends CliResult {
  /** By a signal that this process passed on. */
  readonly cancelled: boolean;
}

/** Lines that are shown of a CLI that names no error. */
const lastLines = 5;

/** What the CLI's errors mean, and what to do. */
function failure(environment: string, { code, output, errors, cancelled }: Ended): StackError {
  const said = `${output}\n${errors}`;
  if (code === null && !cancelled)
    return new StackError(
      `the Pulumi CLI was killed before its end: pulumi cancel --stack ${environment}, then npm run recover -- ${environment}, which settles what was under way`,
    );
  if (/no stack named|no previous deployment/.test(said))
    return new StackError(
      `there is no stack ${environment} in this backend; pulumi login, pulumi stack init ${environment}, pulumi up --stack ${environment}`,
    );
  if (/currently locked by|Another update is currently in progress|\[409\]/.test(said)) {
    const holder = stackLockHolder(said);
    return new StackLockedError(
      `the stack ${environment} is locked by another update${holder === undefined ? "" : ` (${holder.text})`}; ` +
        `wait for its end, or, when it doesn't run any more, pulumi cancel --stack ${environment}`,
      holder,
    );
  }
  return cancelled
    ? new UpdateCancelledError(`the Pulumi CLI was cancelled: ${words(said)}`)
    : new StackError(words(said));
}

function stackLockHolder(said: string): StackLockHolder | undefined {
  const [text, host = "", pid = ""] = /created by \S+@(\S+) \(pid (\d+)\)(?: at \S+)?/.exec(said) ?? [];
  return text === undefined ? undefined : { host, pid: Number(pid), text };
}

/** The CLI's own messages without decoration, once each. */
function words(said: string): string {
  const lines = [...diagnostics(said), ...said.split("\n")].map((line) => line.trimEnd());
  const errors = lines.filter((line) => /^\s*error: |\[mandatory\]/.test(line));
  const shown = errors.length > 0 ? errors : lines.filter((line) => line !== "").slice(-lastLines);
  return [...new Set(shown)].join("\n");
}

/** The error in the output of `--json`. */
function diagnostics(said: string): string[] {
  try {
    const { diagnostics = [] } = JSON.parse(said.slice(0, said.lastIndexOf("}") + 1)) as {
      diagnostics?: readonly { readonly severity?: string; readonly message?: string }[];
    };
    return diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ message = "" }) => (/^\s*error: /.test(message) ? message : `error: ${message}`));
  } catch {
    return [];
  }
}
