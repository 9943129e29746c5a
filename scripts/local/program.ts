import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import type { Socket } from "node:net";

const patienceSeconds = 10;

/** Waits for the end of its standard input, which comes with the end of the process that holds the other side. */
const untilParentEnds = "read -r _";
const endGroup = [
  untilParentEnds,
  'kill -TERM "$1" 2>/dev/null',
  `for _ in ${Array.from({ length: patienceSeconds }, (_, index) => index + 1).join(" ")}; do`,
  '  kill -0 "$1" 2>/dev/null || break',
  "  sleep 1",
  "done",
  // What it started is in its group.
  'kill -KILL "-$1" 2>/dev/null',
].join("\n");
const removeFolder = `${untilParentEnds}\nsleep ${patienceSeconds + 1}\nrm -rf -- "$1"`;

/** Starts a program that ends when this process does, even by force: no handler runs then. */
export function started(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  // Its own group: Ctrl-C on the terminal is for the command, which ends it.
  const child = spawn(program, args, { ...options, detached: true });
  if (child.pid !== undefined) child.once("exit", whenThisEnds(endGroup, String(child.pid)));
  return child;
}

/** Removes a folder once this process has ended without having done it itself. @returns what calls it off */
export function removedAtTheEnd(folder: string): () => void {
  return whenThisEnds(removeFolder, folder);
}

/** Ends a program by a signal, and by force where that doesn't end it. Resolves when it has ended. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const hard = setTimeout(() => child.kill("SIGKILL"), 1000 * patienceSeconds);
  await end;
  clearTimeout(hard);
}

/** A shell that outlives this process by a few seconds. @returns what ends it before */
function whenThisEnds(script: string, about: string): () => void {
  const watcher = spawn("sh", ["-c", script, "sh", about], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // Don't keep the process alive for this alone.
  watcher.unref();
  (watcher.stdin as Socket).unref();
  watcher.stdin?.on("error", () => undefined);
  return () => watcher.kill("SIGKILL");
}
