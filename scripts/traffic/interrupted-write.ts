import { isDeepStrictEqual } from "node:util";
import { type Traffic, withDefaults } from "../../components/serving/traffic.ts";
import type { JournalEntry } from "./journal.ts";

/** A write that a killed command had begun. */
export interface InterruptedWrite {
  readonly from: Traffic;
  readonly to: Traffic;
  /** Whether it was a rollback. */
  readonly back: boolean;
}

export interface InterruptedWriteArgs {
  /** Of the journal. */
  readonly entries: readonly JournalEntry[];
  /** What the stack's file has. */
  readonly stated: Traffic;
  /** What callers get, as far as that is known. */
  readonly known: Traffic;
  /** What callers get where rules of ours make it. */
  readonly callers: Traffic | undefined;
}

/** The journal's last write where it didn't end, the file still has it, and it explains what callers get. */
export function interruptedWrite(args: InterruptedWriteArgs): InterruptedWrite | undefined {
  const { entries, stated, known, callers } = args;
  const last = entries.findLast(({ event }) => event !== "stop");
  if (last?.event !== "writing") return undefined;
  const [from, to] = [withDefaults(last.from ?? last.traffic), withDefaults(last.traffic)] as const;
  const explained =
    callers === undefined ||
    ([from.live, to.live].includes(callers.live) &&
      [from.canaryPercent, to.canaryPercent].includes(callers.canaryPercent));
  const reached = isDeepStrictEqual(stated, to);
  // A write back to where it came from may have been interrupted as well.
  const left = isDeepStrictEqual(stated, from) && !isDeepStrictEqual(known, from);
  return explained && (reached || left) ? { from, to, back: last.back === true } : undefined;
}
