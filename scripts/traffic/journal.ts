import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Traffic } from "../../components/serving/traffic.ts";

/** The beginning or the end of a write, or the end of a rollout that left the traffic as it is. */
export interface JournalEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly event: "writing" | "written" | "ended";
  /** What the stack had before a write. */
  readonly from?: Traffic;
  readonly traffic: Traffic;
}

/** What commands did to a model's traffic, line by line, so that the next one knows where the last one ended. */
export interface Journal {
  add(entry: Omit<JournalEntry, "at"> & Readonly<Record<string, unknown>>): void;
  /** The last of its entries, if there was any. */
  last(): JournalEntry | undefined;
}

/** A journal in a file that outlives its command, whatever ends it. Others may add lines of JSON of their own. */
export function fileJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true });
  return {
    add: (entry) => appendFileSync(path, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`),
    last: () =>
      existsSync(path)
        ? readFileSync(path, "utf8").split("\n").map(journalEntry).findLast(Boolean)
        : undefined,
  };
}

/** Other lines say nothing here, nor does one that was cut off in the middle. */
function journalEntry(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line) as JournalEntry;
    return ["writing", "written", "ended"].includes(entry.event) ? entry : undefined;
  } catch {
    return undefined;
  }
}
