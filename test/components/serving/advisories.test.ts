import { describe, expect, it } from "vitest";
import { openAdvisories } from "../../../components/serving/advisories.ts";

describe("open advisories", () => {
  const ids = (version: string) => openAdvisories("vllm", version).map(({ id }) => id);

  it("are those that a later version mends", () => {
    expect(ids("0.32.0")).toEqual([]);
    expect(ids("0.31.0")).toEqual(["PYSEC-2026-4344", "PYSEC-2026-4349"]);
    expect(ids("0.24.0")).not.toContain("PYSEC-2026-4350");
  });

  it("compare versions number by number", () => {
    expect(ids("0.9.0")).toContain("CVE-2026-34756");
    expect(ids("0.100.0")).toEqual([]);
  });

  it("are unknown for other engines", () => {
    expect(openAdvisories("ollama", "0.1.0")).toEqual([]);
  });
});
