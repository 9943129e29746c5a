import { describe, expect, it } from "vitest";
import {
  type Exemption,
  exemptionProblems,
  findingId,
  inForce,
  isAbout,
  parseFindingId,
} from "../../../policies/framework/exemption.ts";

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
    [
      "for any path",
      { finding: "gpu-pool-capped[batch#spec.*]" },
      "finding has a wildcard that isn't a whole resource name",
    ],
    [
      "for any path of any resource",
      { finding: "gpu-pool-capped[*#*]" },
      "finding has a wildcard that isn't a whole resource name",
    ],
    [
      "for names that begin alike",
      { finding: "gpu-pool-capped[batch-*#spec]" },
      "finding has a wildcard that isn't a whole resource name",
    ],
    ["for a type that is no text", { type: ["kubernetes:core/v1:Pod"] }, "type is not a string"],
    [
      "from itself",
      { finding: "exemptions-in-force[stack#a]" },
      "the rules about exemptions can't be exempted",
    ],
    ["for nowhere", { environments: [] }, "environments is empty"],
    ["for a text of environments", { environments: "dev" }, "environments is empty"],
    ["without a reason", { reason: "            later           " }, "reason has fewer than 20 characters"],
    ["without an owner", { owner: " " }, "owner is empty"],
    ["until an impossible day", { expires: "2026-11-31" }, "expires is not a date written as YYYY-MM-DD"],
    ["without an end", { expires: undefined }, "expires is not a date written as YYYY-MM-DD"],
    ["that has expired", { expires: "2026-11-19" }, "it has expired"],
    ["of 181 days", { expires: "2027-05-20" }, "it expires more than 180 days ahead"],
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

  it("never holds when today is not a date", () => {
    expect(inForce(good, "dev", "today")).toBe(false);
  });
});

describe("an exemption of a finding", () => {
  const pool = "kubernetes:karpenter.sh/v1:NodePool";

  it("is about that id, of whatever type where it names none", () => {
    expect(isAbout(good, good.finding, pool)).toBe(true);
    expect(isAbout(good, good.finding, undefined)).toBe(true);
    expect(isAbout(good, "gpu-pool-capped[batch#spec.limits]", pool)).toBe(false);
  });

  it("is about one type where it names it", () => {
    const typed = { ...good, type: pool };
    expect(isAbout(typed, good.finding, pool)).toBe(true);
    expect(isAbout(typed, good.finding, "kubernetes:core/v1:Pod")).toBe(false);
    expect(isAbout(typed, good.finding, undefined)).toBe(false);
  });
});

describe("an exemption of every resource", () => {
  const every = { ...good, finding: "engine-version-floor[*#containers.engine.version.0.31.0]" };

  it("is about the same path of the same rule wherever it is found, and about no other", () => {
    expect(exemptionProblems(every, today)).toEqual([]);
    for (const resource of ["chat-blue", "team#1[x]"])
      expect(
        isAbout(every, `engine-version-floor[${resource}#containers.engine.version.0.31.0]`, undefined),
      ).toBe(true);
    for (const other of [
      "engine-version-floor[chat-blue#containers.engine.version.0.30.0]",
      "engine-version[chat-blue#containers.engine.version.0.31.0]",
      "",
    ])
      expect(isAbout(every, other, undefined)).toBe(false);
  });

  it("may hold in all environments", () => {
    const everywhere: Exemption = { ...every, environments: "all" };
    expect(inForce(everywhere, "added-later", today)).toBe(true);
    expect(inForce(everywhere, "added-later", "2026-11-28")).toBe(false);
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
