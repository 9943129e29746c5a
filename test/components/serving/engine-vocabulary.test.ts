import { describe, expect, it } from "vitest";
import { knownFlags, knownNames, knownVersions } from "../../../components/serving/engine-vocabulary.ts";

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

describe("the names of an engine's version", () => {
  it.each(knownVersions())("hold what releases use: %s", (version) => {
    expect(knownNames(version, "toolParsers")).toEqual(expect.arrayContaining(["hermes", "granite-20b-fc"]));
    expect(knownNames(version, "reasoningParsers")).toEqual(expect.arrayContaining(["qwen3", "deepseek_r1"]));
    expect(knownNames(version, "quantizations")).toEqual(
      expect.arrayContaining(["awq", "compressed-tensors"]),
    );
    expect(knownNames(version, "loadFormats")).toContain("runai_streamer");
    expect(knownNames(version, "kvCacheTypes")).toEqual(expect.arrayContaining(["auto", "fp8"]));
  });
});
