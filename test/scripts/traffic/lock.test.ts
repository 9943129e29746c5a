import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acquireLock, lockHolder, tryLock } from "../../../scripts/traffic/lock.ts";

describe("a lock of this machine", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "gantry-lock-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("keeps a second command away, and is gone when the first one ends", () => {
    const path = join(folder, "held");
    const release = acquireLock(path, "switch.ts dev chat green");
    expect(() => acquireLock(path, "rollout.ts")).toThrow("switch.ts dev chat green");
    expect(lockHolder(path)).toMatchObject({ pid: process.pid, command: "switch.ts dev chat green" });
    release();
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ["doesn't run any more", { pid: 2 ** 22 + 1, started: "1", command: "killed" }],
    ["has a number that another process has now", { pid: process.pid, started: "1", command: "killed" }],
  ])("is taken over where its process %s", (_, holder) => {
    const path = join(folder, "stale");
    writeFileSync(path, JSON.stringify(holder));
    expect(lockHolder(path)).toBeUndefined();
    const release = tryLock(path, "mine");
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ pid: process.pid, command: "mine" });
    if (typeof release === "function") release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is taken over where it was cut off in the middle", () => {
    const path = join(folder, "cut");
    writeFileSync(path, "");
    const release = acquireLock(path, "mine");
    release();
    expect(readdirSync(folder)).toEqual([]);
  });
});
