import { readFileSync } from "node:fs";
import { withoutCredentials } from "../components/shared/credentials.ts";
import { print } from "./output.ts";

export interface CommandOptions {
  /** How the command is called and what it does, for `--help` and for arguments that it doesn't understand. */
  readonly usage: string;
  /** Exit code where it couldn't do its work. @default 1 */
  readonly failure?: number;
}

/** What a shell says of a program that a closed pipe ended: 128 and the signal's number. */
const closedPipe = 141;

/**
 * Ends the process with what a command returns. `--help` and `--version` are answered and end with 0; what the command
 * throws is for users, and is shown without credentials.
 */
export async function exitWith(
  command: () => Promise<number>,
  { usage, failure = 1 }: CommandOptions,
): Promise<void> {
  try {
    const args = process.argv.slice(2);
    if (args.some((arg) => arg === "--help" || arg === "-h")) print(usage);
    else if (args.includes("--version")) print(version());
    else process.exitCode = await command();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    process.exitCode = code === "EPIPE" ? closedPipe : failure;
    // The reader has closed the pipe.
    if (code === "EPIPE") return;
    const help = code.startsWith("ERR_PARSE_ARGS") ? `\n\n${usage}` : "";
    console.error(withoutCredentials(`${inWords(code, message)}${help}`));
  }
}

/** What the system says in capitals, said to users. */
function inWords(code: string, message: string): string {
  if (code === "ENOSPC") return `the disk is full, so the output isn't whole (${message})`;
  if (code === "EROFS" || code === "EACCES") return `a file can't be written: ${message}`;
  return message;
}

function version(): string {
  const file = new URL("../package.json", import.meta.url);
  const { name, version } = JSON.parse(readFileSync(file, "utf8")) as { name: string; version: string };
  return `${name} ${version}`;
}
