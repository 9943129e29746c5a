import { isDeepStrictEqual } from "node:util";
import { type Colour, type Traffic, withDefaults } from "../../components/serving/traffic.ts";
import type { PastUpdate } from "./deployed-stack.ts";
import { formatTraffic } from "./format.ts";
import type { JournalEntry } from "./journal.ts";

/** A write of a model's traffic that is on record. */
export interface RecordedWrite {
  /** ISO 8601. */
  readonly at: string;
  /** Which slot was live before it, and is after it. */
  readonly from: Colour;
  readonly to: Colour;
  /** Whether it led back, where a switch or a step of a rollout leads to a slot. */
  readonly back: boolean;
  /** Whether it is known to have ended. */
  readonly finished: boolean;
}

/** The message of an update, by which other machines know what was written. */
export function updateMessage(model: string, from: Traffic, to: Traffic, why: string): string {
  return `${model}: ${formatTraffic(from)} -> ${formatTraffic(to)} (${why})`;
}

/** How a rollback's reason begins, in messages and in journals. */
export const rollbackReason = "rollback";

/**
 * The last write in the stack's history, which all machines share. An update that failed counts as unfinished, and not
 * at all where callers get what they got before it.
 */
export function lastInHistory(
  model: string,
  updates: readonly PastUpdate[],
  callers: Traffic | undefined,
): RecordedWrite | undefined {
  const pattern = /^(.+): (live (blue|green)\b(?:, canary \d+ %)?).* -> live (blue|green)\b.* \((.*)\)$/;
  for (const { message, at, succeeded } of updates) {
    const [, name, before, from, to, why = ""] = pattern.exec(message) ?? [];
    if (name !== model) continue;
    if (!succeeded && callers !== undefined && formatTraffic({ ...callers, shadowPercent: 0 }) === before)
      continue;
    const back = why.startsWith(rollbackReason);
    return { at, from: from as Colour, to: to as Colour, back, finished: succeeded };
  }
  return undefined;
}

/** The last write in this machine's journal, also one that was interrupted; those that changed nothing don't count. */
export function lastInJournal(entries: readonly JournalEntry[]): RecordedWrite | undefined {
  let found: RecordedWrite | undefined;
  let before: RecordedWrite | undefined;
  for (const { event, at, from, traffic, back = false, failed } of entries) {
    if (event === "writing") {
      before = found;
      found = { at, from: (from ?? traffic).live, to: traffic.live, back, finished: false };
    } else if (event === "written" && found !== undefined)
      found = failed ? before : { ...found, at, finished: true };
  }
  return found;
}

export interface Situation {
  /** The last write on record, wherever that is. */
  readonly last: RecordedWrite | undefined;
  /** What callers get, where rules of ours make it. */
  readonly callers: Traffic | undefined;
  /** What the state's rules would give them. */
  readonly state: Traffic | undefined;
  /** Whether the state has an operation on the rules that was interrupted. */
  readonly interrupted: boolean;
}

/**
 * The slot that was live before the last switch or rollout; undefined where none is on record, or where the last write
 * on record already led back.
 */
export function rollbackTarget({
  last,
  callers,
  state,
  interrupted,
}: Situation): Colour | "ambiguous" | undefined {
  if (last !== undefined && !last.finished) return last.back ? last.to : last.from;
  const apart = !isDeepStrictEqual(callers && withDefaults(callers), state && withDefaults(state));
  const forward = last !== undefined && !last.back ? last : undefined;
  if (interrupted && apart) {
    // Another machine's write that no record names: a new switch, or the rollback of the recorded one.
    const returned = forward !== undefined && callers?.live === forward.from && callers.canaryPercent === 0;
    return returned ? "ambiguous" : state?.live;
  }
  if (forward !== undefined) return forward.from;
  return apart ? state?.live : undefined;
}

/** The newer of two records. */
export function newer(
  one: RecordedWrite | undefined,
  another: RecordedWrite | undefined,
): RecordedWrite | undefined {
  if (one === undefined || another === undefined) return one ?? another;
  return Date.parse(one.at) >= Date.parse(another.at) ? one : another;
}
