import type { ChildProcess } from "node:child_process";

const patienceMilliseconds = 10_000;

/** Ends a process by a signal, and by force where that doesn't end it. Resolves when it has ended. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const hard = setTimeout(() => child.kill("SIGKILL"), patienceMilliseconds);
  await end;
  clearTimeout(hard);
}
