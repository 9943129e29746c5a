import { describe, expect, it } from "vitest";
import { diffMarkdown, marker } from "../../../scripts/diff/markdown.ts";
import type { EnvironmentDiff } from "../../../scripts/diff/plans.ts";

const heading = ["base: main (0123456789ab); head: the working tree"];

function outcome(environment: string, resources: number): EnvironmentDiff {
  return {
    environment,
    comparison: {
      environment,
      blastRadius: { reach: "rules", line: "only listener rules: chat" },
      resources: Array.from({ length: resources }, (_, index) => ({
        kind: "update",
        component: "chat",
        type: "ListenerRule",
        name: `rule-${index}`,
        properties: ["actions"],
        forcedBy: [],
        unknown: [],
      })),
      traffic: ["chat: green 0 → 5 %"],
      money: { before: undefined, after: { minimum: 1, maximum: 2 }, budget: 3 },
      slots: [],
      policies: { violations: 0, added: [], gone: [] },
      exemptions: { added: [], gone: [] },
      evaluations: { added: [], gone: [] },
      settings: [{ path: "tenants.web", after: "@everyone <img src=x> ```" }],
      irreversible: [],
      notes: [],
    },
  };
}

describe("the comment on a pull request", () => {
  it("begins with the mark by which it is found again, and names each environment", () => {
    const text = diffMarkdown(heading, [outcome("dev", 1), outcome("prod", 1)]);
    expect(text.startsWith(`${marker}\n`)).toBe(true);
    expect(text.match(/^### .*$/gm)).toEqual(["### dev", "### prod"]);
  });

  it("fits what GitHub takes, leaves out the longest lists and says which, never the blast radius", () => {
    const text = diffMarkdown(heading, [outcome("dev", 3000), outcome("prod", 3000)]);
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toContain("Left out, since GitHub takes no more: resources of dev; resources of prod.");
    expect(text.match(/blast radius: only listener rules: chat/g)).toHaveLength(2);
  });

  it("is cut where even the summaries are too long", () => {
    const many = Array.from({ length: 40 }, (_, index) => outcome(`environment-${index}`, 1));
    expect(diffMarkdown(heading, many, 1000).length).toBeLessThanOrEqual(1000);
  });

  it("shows what a pull request wrote as text: no mention, no tag, no end of its block", () => {
    const text = diffMarkdown([...heading, "@everyone <b>"], [outcome("@dev<img>", 1)]);
    const outside = text.replaceAll(/```text\n[\s\S]*?\n```/g, "");
    expect(outside).not.toMatch(/@everyone|@dev|<img|<b>/);
    expect(text.match(/```/g)?.length).toBe(2 * (text.match(/```text/g)?.length ?? 0));
  });
});
