import { readFileSync, writeFileSync } from "node:fs";

/** Whether no other worker makes what a lock file stands for; the file names this process then. */
export function isFirst(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Whether the process that a lock file names still runs; false where there is no such file. */
export function isHeld(lock: string): boolean {
  try {
    return process.kill(Number(readFileSync(lock, "utf8")), 0);
  } catch {
    return false;
  }
}

/** Blocks this worker, which has nothing else to do. */
export function pause(milliseconds: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
