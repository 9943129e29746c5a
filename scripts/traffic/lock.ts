import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { processStart } from "../process-start.ts";

/** The process that holds a lock. */
export interface LockHolder {
  readonly pid: number;
  /** When it was started: a later process may have its number. */
  readonly started: string;
  readonly command: string;
}

/**
 * Takes a lock of this machine; a lock whose process doesn't run any more is taken over.
 * @returns lets go of it, or the living process that holds it
 */
export function tryLock(path: string, command: string): (() => void) | LockHolder {
  mkdirSync(dirname(path), { recursive: true });
  const own: LockHolder = { pid: process.pid, started: processStart(process.pid) ?? "", command };
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, JSON.stringify(own));
  try {
    for (;;) {
      try {
        // A link is made whole or not at all: no reader sees a lock without its holder.
        linkSync(draft, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = holderOf(path);
      if (holder !== undefined && isRunning(holder)) return holder;
      removeStale(path, holder);
    }
  } finally {
    rmSync(draft);
  }
}

/** @throws Error when a living command holds it */
export function acquireLock(path: string, command: string): () => void {
  const lock = tryLock(path, command);
  if (typeof lock === "function") return lock;
  throw new Error(
    `another command runs for this model: ${lock.command} (process ${lock.pid}); wait for its end, or end it with Ctrl-C. ` +
      "npm run switch -- <environment> <model> --rollback doesn't wait for it. Nothing was changed",
  );
}

/** The living process that holds a lock, if one does. */
export function lockHolder(path: string): LockHolder | undefined {
  const holder = holderOf(path);
  return holder !== undefined && isRunning(holder) ? holder : undefined;
}

function holderOf(path: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as LockHolder;
  } catch {
    return undefined;
  }
}

/** Another command may have taken it over meanwhile: check what was moved away before deleting it. */
function removeStale(path: string, stale: LockHolder | undefined) {
  const away = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    renameSync(path, away);
  } catch {
    return;
  }
  const moved = holderOf(away);
  if (moved?.pid !== stale?.pid || moved?.started !== stale?.started)
    try {
      linkSync(away, path);
    } catch {
      // A third command has it now.
    }
  rmSync(away);
}

function isRunning({ pid, started }: LockHolder): boolean {
  const start = processStart(pid);
  return start !== undefined && (started === "" || start === started);
}
