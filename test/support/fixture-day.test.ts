import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

const today = () => new Date().toISOString().slice(0, 10);

it("is the same day in tests and in what they start, whatever day it is", () => {
  const printed = execFileSync(process.execPath, ["-p", "new Date().toISOString().slice(0, 10)"]);
  // A run may last over midnight.
  expect(["2026-11-24", "2026-11-25"]).toContain(today());
  expect(["2026-11-24", "2026-11-25"]).toContain(printed.toString().trim());
});

it("leaves dates that are given, and lets the clock run on", async () => {
  const before = Date.now();
  expect(new Date("2029-05-01").toISOString()).toBe("2029-05-01T00:00:00.000Z");
  expect(new Date(0)).toBeInstanceOf(Date);
  expect(Date.UTC(1970, 0, 2)).toBe(86_400_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(Date.now()).toBeGreaterThan(before);
});
