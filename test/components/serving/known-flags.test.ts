import { describe, expect, it } from "vitest";
import { knownFlags, knownVersions } from "../../../components/serving/known-flags.ts";

describe("the flags of an engine's version", () => {
  it.each(knownVersions())("hold what every version has: %s", (version) => {
    const flags = knownFlags(version);
    expect(flags.size).toBeGreaterThan(200);
    for (const flag of ["--model", "--max-model-len", "--shutdown-timeout", "--disable-fastapi-docs"])
      expect([flag, flags.has(flag)]).toEqual([flag, true]);
    for (const flag of flags) expect(flag).toMatch(/^--[a-z0-9][a-z0-9-]*$/);
  });

  it("tell versions apart", () => {
    expect(knownFlags("0.28.0").has("--max-num-queued-reqs")).toBe(false);
    expect(knownFlags("0.31.0").has("--max-num-queued-reqs")).toBe(true);
  });
});
