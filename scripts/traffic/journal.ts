import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Traffic } from "../../components/serving/traffic.ts";

/**
 * The beginning or the end of a write, the end of a rollout that leaves the traffic as it is, or a rollback's request
 * that whatever runs stops.
 */
export interface JournalEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly event: "writing" | "written" | "ended" | "stop";
  /** What callers got before a write. */
  readonly from?: Traffic;
  readonly traffic: Traffic;
  /** Whether a write leads back. */
  readonly back?: boolean;
  /** Whether a write changed nothing. */
  readonly failed?: boolean;
  /** The process that wrote the entry. */
  readonly pid?: number;
}

/** A log of a model's traffic writes, one line each, so that the next command knows where the last one ended. */
export interface Journal {
  add(entry: Omit<JournalEntry, "at"> & Readonly<Record<string, unknown>>): void;
  /** The oldest first. */
  entries(): readonly JournalEntry[];
}

/** A journal in a file that outlives its command, whatever ends it. Others may add lines of JSON of their own. */
export function fileJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true });
  return {
    add: (entry) =>
      appendFileSync(
        path,
        `${JSON.stringify({ at: new Date().toISOString(), pid: process.pid, ...entry })}\n`,
      ),
    entries: () =>
      existsSync(path)
        ? readFileSync(path, "utf8")
            .split("\n")
            .flatMap((line) => journalEntry(line) ?? [])
        : [],
  };
}

/** Other lines don't matter here, nor does one that was cut off in the middle. */
function journalEntry(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line) as JournalEntry;
    return ["writing", "written", "ended", "stop"].includes(entry.event) ? entry : undefined;
  } catch {
    return undefined;
  }
}
