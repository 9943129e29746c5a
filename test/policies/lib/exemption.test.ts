import { describe, expect, it } from "vitest";
import {
  type Exemption,
  exemptionProblems,
  findingId,
  inForce,
  parseFindingId,
} from "../../../policies/lib/exemption.ts";

const today = "2026-11-20";
const good: Exemption = {
  finding: "gpu-pool-capped[batch#spec.limits.nvidia.com/gpu]",
  environments: ["dev"],
  reason: "load test of the third week of November",
  owner: "serving",
  expires: "2026-11-27",
};

describe("an exemption", () => {
  it("holds in its environments up to and including its last day", () => {
    expect(inForce(good, "dev", today)).toBe(true);
    expect(inForce(good, "dev", good.expires)).toBe(true);
    expect(inForce(good, "dev", "2026-11-28")).toBe(false);
    expect(inForce(good, "prod", today)).toBe(false);
  });

  it.each<[string, Partial<Record<keyof Exemption, unknown>>, string]>([
    [
      "without a path",
      { finding: "gpu-pool-capped[batch]" },
      "finding is not written as rule[resource name#path]",
    ],
    ["for any resource", { finding: "gpu-pool-capped[*#spec]" }, "finding has a wildcard"],
    ["from itself", { finding: "exemptions-in-force[stack#a]" }, "the rules about exemptions have none"],
    ["for nowhere", { environments: [] }, "environments names none"],
    ["for a text of environments", { environments: "dev" }, "environments names none"],
    ["without a reason", { reason: "            later           " }, "reason has fewer than 20 characters"],
    ["without an owner", { owner: " " }, "owner is empty"],
    ["until an impossible day", { expires: "2026-11-31" }, "expires is not a date written as YYYY-MM-DD"],
    ["without an end", { expires: undefined }, "expires is not a date written as YYYY-MM-DD"],
    ["that has expired", { expires: "2026-11-19" }, "it has expired"],
    ["of 181 days", { expires: "2027-05-20" }, "it ends more than 180 days ahead"],
  ])("%s does not hold, and says why", (_, change, problem) => {
    const exemption = { ...good, ...change } as Exemption;
    expect(exemptionProblems(exemption, today)).toEqual([problem]);
    expect(inForce(exemption, "dev", today)).toBe(false);
  });

  it("may give a reason of 20 characters, for a rule of any name", () => {
    const brief = { ...good, finding: "r[b#p]", reason: "twenty characters ok" };
    expect(exemptionProblems(brief, today)).toEqual([]);
  });

  it("may last 180 days", () => {
    expect(exemptionProblems({ ...good, expires: "2027-05-19" }, today)).toEqual([]);
  });

  it("never holds when today is no date", () => {
    expect(inForce(good, "dev", "today")).toBe(false);
  });
});

describe("a finding's id", () => {
  it("is taken apart into what it was made from, resource names with # and [ included", () => {
    const parts = { rule: "a-rule", resource: "team#1[x]", path: "containers.engine.image" };
    expect(parseFindingId(findingId(parts))).toEqual(parts);
  });

  it.each([undefined, 1, "", "rule", "[a#b]", "rule[#b]", "rule[a#]", "rule[a#b", "#rule[a]"])(
    "is not %j",
    (id) => {
      expect(parseFindingId(id)).toBeUndefined();
    },
  );
});
