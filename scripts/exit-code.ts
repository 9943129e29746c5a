import { readFileSync } from "node:fs";
import { withoutCredentials } from "../components/shared/credentials.ts";
import { print } from "./output.ts";
import { misfit, misreadOption } from "./usage-error.ts";

export interface CommandOptions {
  /** Usage text for `--help`; a command throws it for invalid arguments. */
  readonly usage: string;
  /** Exit code when the command fails. @default 1 */
  readonly failure?: number;
}

/** Exit codes of a program that Ctrl-C or a closed pipe ended: 128 plus the signal's number. */
export const interruptedCode = 130;
const closedPipe = 141;

/**
 * Runs a command and exits with its exit code; `--help` and `--version` exit with 0. An error that the command throws is
 * shown as a sentence, a bug of ours with its stack trace. Neither shows credentials.
 */
export async function exitWith(
  command: () => Promise<number>,
  { usage, failure = 1 }: CommandOptions,
): Promise<void> {
  try {
    const args = process.argv.slice(2);
    if (args.some((arg) => arg === "--help" || arg === "-h")) print(usage);
    else if (args.includes("--version")) print(version());
    else {
      refuseTwice(args);
      process.exitCode = await command();
    }
  } catch (thrown) {
    const error: NodeJS.ErrnoException = thrown instanceof Error ? thrown : new Error(String(thrown));
    process.exitCode = error.code === "EPIPE" ? closedPipe : failure;
    // The reader has closed the pipe.
    if (error.code === "EPIPE") return;
    console.error(withoutCredentials(textOf(error, usage)));
  }
}

function textOf(error: NodeJS.ErrnoException, usage: string): string {
  if (error.message === usage) return `${misfit(usage, process.argv.slice(2))}\n\n${usage}`;
  if (error.code?.startsWith("ERR_PARSE_ARGS"))
    return `${misreadOption(error, usage) ?? error.message}\n\n${usage}`;
  return isDefect(error)
    ? `This is a bug in Gantry; please report it with these lines:\n${error.stack}`
    : inWords(error);
}

/** No option of any command is a list, and Node's parser would take the last one without a word. */
function refuseTwice(args: readonly string[]) {
  const end = args.indexOf("--");
  const given = args.slice(0, end < 0 ? undefined : end).flatMap((arg) => /^--[\w-]+/.exec(arg) ?? []);
  const twice = given.find((name, index) => given.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${twice} is given twice; give it once`);
}

/**
 * Whether an error is one that only a mistake in the code throws. Node's own have a code where an argument is wrong,
 * which a user may have given; `fetch` throws a TypeError with the cause for what the network does.
 */
function isDefect(error: NodeJS.ErrnoException): boolean {
  const kinds = [TypeError, ReferenceError, RangeError, SyntaxError];
  if (error.cause !== undefined || !kinds.some((kind) => error instanceof kind)) return false;
  return error.code === undefined || /^ERR_(?:INVALID_ARG|OUT_OF_RANGE|INTERNAL)/.test(error.code);
}

/** The system's error codes as sentences for users. */
function inWords({ name, code = "", message, cause, syscall }: NodeJS.ErrnoException): string {
  if (/^(?:CredentialsProviderError|ExpiredToken|TokenProviderError)/.test(name))
    return `no valid AWS credentials (${message}): aws sso login, or export AWS_PROFILE=<profile>; aws sts get-caller-identity shows whose they are`;
  if (code === "ENOSPC") return `the disk is full, so the output is incomplete (${message})`;
  if (code === "EROFS" || code === "EACCES") return `a file can't be written: ${message}`;
  // Node's answer for folders within folders on a read-only disk.
  if (code === "ENOENT" && syscall === "mkdir")
    return `a folder can't be made, as on a read-only disk: ${message}`;
  // Who adds to a message may have it as the cause, too.
  return cause instanceof Error && !message.includes(cause.message)
    ? `${message}: ${cause.message}`
    : message;
}

function version(): string {
  const file = new URL("../package.json", import.meta.url);
  const { name, version } = JSON.parse(readFileSync(file, "utf8")) as { name: string; version: string };
  return `${name} ${version}`;
}
