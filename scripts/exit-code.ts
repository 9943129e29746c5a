import { readFileSync } from "node:fs";
import { withoutCredentials } from "../components/shared/credentials.ts";
import { print } from "./output.ts";
import { misfit, misreadOption } from "./usage-error.ts";

export interface CommandOptions {
  /** How the command is called and what it does, for `--help`; a command throws it for arguments that don't fit. */
  readonly usage: string;
  /** Exit code where it couldn't do its work. @default 1 */
  readonly failure?: number;
}

/** What a shell says of a program that Ctrl-C or a closed pipe ended: 128 and the signal's number. */
export const interruptedCode = 130;
const closedPipe = 141;

/**
 * Ends the process with what a command returns. `--help` and `--version` are answered and end with 0. What the command
 * throws is for users and is shown as a sentence; a defect of ours is shown with its trace. Neither has credentials.
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
    ? `This is a defect of Gantry; please report it with these lines:\n${error.stack}`
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

/** What the system says in capitals, said to users. */
function inWords({ name, code = "", message, cause, syscall }: NodeJS.ErrnoException): string {
  if (/^(?:CredentialsProviderError|ExpiredToken|TokenProviderError)/.test(name))
    return `no valid credentials of AWS (${message}): aws sso login, or export AWS_PROFILE=<profile>; aws sts get-caller-identity shows whose they are`;
  if (code === "ENOSPC") return `the disk is full, so the output isn't whole (${message})`;
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
