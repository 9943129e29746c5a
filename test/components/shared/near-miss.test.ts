import { describe, expect, it } from "vitest";
import { suggestion } from "../../../components/shared/near-miss.ts";

describe("a suggestion", () => {
  it.each([
    ["gren", ["blue", "green"], "green"],
    ["gerne", ["blue", "green"], undefined],
    ["geren", ["blue", "green"], "green"],
    ["maxGPU", ["instanceTypes", "maxGpus"], "maxGpus"],
    ["privat", ["publicFrom", "private"], "private"],
    ["pirvate", ["publicFrom", "private"], "private"],
    ["p4de.24xlarge", ["g6e.24xlarge", "p5.4xlarge"], undefined],
    ["mistral", ["openai", "gemini"], undefined],
    ["constructor", ["a10g"], undefined],
  ])("of %s among %j is %s", (word, known, meant) => {
    expect(suggestion(word, known)).toBe(
      meant === undefined ? `; allowed: ${known.join(", ")}` : `; did you mean "${meant}"?`,
    );
  });

  it("lists twenty of many", () => {
    const known = Array.from({ length: 300_000 }, (_, index) => `pool-${index}`);
    expect(suggestion("zzz", known)).toMatch(/^; allowed: pool-0, .*pool-19 and 299980 more$/);
  });

  it("looks for none in nothing", () => {
    expect(suggestion("a", [])).toBe("; none is defined");
  });
});
