import { describe, expect, it } from "vitest";
import type { Traffic } from "../../../components/serving/traffic.ts";
import type { JournalEntry } from "../../../scripts/traffic/journal.ts";
import {
  lastInHistory,
  lastInJournal,
  newer,
  type RecordedWrite,
  rollbackTarget,
  type Situation,
  updateMessage,
} from "../../../scripts/traffic/rollback-target.ts";

const blue: Traffic = { live: "blue", canaryPercent: 0, shadowPercent: 0 };
const green: Traffic = { live: "green", canaryPercent: 0, shadowPercent: 0 };
const canary: Traffic = { live: "blue", canaryPercent: 25, shadowPercent: 0 };
const switched: RecordedWrite = {
  at: "2026-11-28T10:00:00Z",
  from: "blue",
  to: "green",
  back: false,
  finished: true,
};
const rolledBack: RecordedWrite = { ...switched, from: "green", to: "blue", back: true };

describe("the slot that a rollback leads to", () => {
  it.each<[string, Situation, ReturnType<typeof rollbackTarget>]>([
    ["after a switch", { last: switched, callers: green, state: green, interrupted: false }, "blue"],
    [
      "in the middle of a rollout",
      { last: { ...switched, to: "blue" }, callers: canary, state: canary, interrupted: false },
      "blue",
    ],
    [
      "after a switch that was killed, whatever the state says",
      { last: { ...switched, finished: false }, callers: green, state: blue, interrupted: true },
      "blue",
    ],
    [
      "after a rollback that was killed",
      { last: { ...rolledBack, finished: false }, callers: green, state: green, interrupted: true },
      "blue",
    ],
    ["after a rollback", { last: rolledBack, callers: blue, state: blue, interrupted: false }, undefined],
    ["without a record", { last: undefined, callers: green, state: green, interrupted: false }, undefined],
    [
      "after a rollback and a deployment by hand",
      { last: rolledBack, callers: green, state: green, interrupted: false },
      undefined,
    ],
    [
      "after another machine's switch was killed",
      { last: undefined, callers: green, state: blue, interrupted: true },
      "blue",
    ],
    [
      "after another machine's switch was killed that followed a rollback",
      { last: rolledBack, callers: green, state: blue, interrupted: true },
      "blue",
    ],
    [
      "after another machine's write was killed that may have been a rollback or a switch",
      { last: switched, callers: blue, state: green, interrupted: true },
      "ambiguous",
    ],
    [
      "where rules were changed by hand",
      { last: undefined, callers: undefined, state: blue, interrupted: false },
      "blue",
    ],
  ])("%s", (_, situation, slot) => {
    expect(rollbackTarget(situation)).toBe(slot);
  });
});

describe("what is on record", () => {
  const entry = (event: JournalEntry["event"], more: Partial<JournalEntry> = {}): JournalEntry => ({
    at: "2026-11-28T09:00:00Z",
    event,
    traffic: green,
    ...more,
  });
  const writing = entry("writing", { from: blue });
  const update = (message: string) => ({ message, at: switched.at, succeeded: true });

  it("in a journal is the last write, also one that didn't end", () => {
    expect(lastInJournal([])).toBeUndefined();
    expect(lastInJournal([writing])).toMatchObject({ from: "blue", to: "green", finished: false });
    expect(lastInJournal([writing, entry("written"), entry("ended"), entry("stop")])).toMatchObject({
      from: "blue",
      finished: true,
    });
  });

  it("in a journal isn't a write that changed nothing", () => {
    const failed = entry("written", { traffic: blue, failed: true });
    expect(lastInJournal([writing, failed])).toBeUndefined();
    const back = entry("writing", { from: green, traffic: blue, back: true });
    expect(lastInJournal([writing, entry("written"), back, { ...failed, traffic: green }])).toMatchObject({
      from: "blue",
      back: false,
    });
  });

  it("in the stack's history is the newest message of the model's own", () => {
    const updates = [
      update("monthly budget"),
      update(updateMessage("code", blue, green, "step 1 of 1")),
      update(updateMessage("chat", canary, green, "step 5 of 5")),
      update(updateMessage("chat", blue, canary, "step 4 of 5")),
    ];
    expect(lastInHistory("chat", updates, green)).toEqual(switched);
    const back = [update(updateMessage("chat", green, blue, "rollback: by hand"))];
    expect(lastInHistory("chat", back, blue)).toEqual(rolledBack);
    expect(lastInHistory("chat.v2", updates, green)).toBeUndefined();
  });

  it.each<[string, Traffic, Traffic, Traffic | undefined, RecordedWrite]>([
    ["changed nothing", green, blue, green, switched],
    ["changed nothing of a canary", { ...canary, shadowPercent: 5 }, green, canary, switched],
    ["changed something", green, blue, blue, { ...switched, from: "green", to: "blue", finished: false }],
    ["changed an unknown part", canary, blue, undefined, { ...switched, to: "blue", finished: false }],
  ])("in the stack's history, where an update failed that %s", (_, from, to, callers, last) => {
    const failed = { ...update(updateMessage("chat", from, to, "step 1 of 1")), succeeded: false };
    const updates = [failed, update(updateMessage("chat", blue, green, "step 1 of 1"))];
    expect(lastInHistory("chat", updates, callers)).toEqual(last);
  });

  it("is whichever is newer", () => {
    const later = { ...rolledBack, at: "2026-11-28T11:00:00Z" };
    expect(newer(switched, later)).toBe(later);
    expect(newer(later, switched)).toBe(later);
    expect(newer(undefined, switched)).toBe(switched);
  });
});
