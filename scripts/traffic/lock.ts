import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Keeps a second command of this machine away from an environment's traffic; commands elsewhere are told apart by
 * what they find in the stack, and by Pulumi's own lock.
 * @returns lets go of it
 * @throws Error when a living command holds it
 */
export function acquireLock(path: string, command: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    const file = openSync(path, "wx");
    writeSync(file, JSON.stringify({ pid: process.pid, command }));
    closeSync(file);
    return () => rmSync(path, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const holder = holderOf(path);
  if (holder !== undefined && isAlive(holder.pid))
    throw new Error(
      `another command is at work here: ${holder.command} (process ${holder.pid}); wait for its end, or end it. Nothing was changed`,
    );
  // Its command was killed.
  rmSync(path, { force: true });
  return acquireLock(path, command);
}

function holderOf(path: string): { readonly pid: number; readonly command: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
