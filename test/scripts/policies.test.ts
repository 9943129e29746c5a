import { describe, expect, it } from "vitest";
import { outside } from "../../policies/outside.ts";
import { areas, rules } from "../../policies/rules/index.ts";
import { unexercised } from "../../policies/unexercised.ts";
import { listing } from "../../scripts/policies/listing.ts";
import { readme } from "../../scripts/policies/readme.ts";

const bare = (_: string, text: string) => text;
const lines = (columns: number) => listing(areas, unexercised, outside, { columns, style: bare }).split("\n");

describe("the catalogue on a terminal", () => {
  it("has every rule under its area, once, with its level", () => {
    const listed = lines(160).flatMap(
      (line) => /^ {2}[○ ] ([a-z-]+) +(mandatory|advisory)/.exec(line)?.slice(1, 3) ?? [],
    );
    expect(listed).toEqual(rules.flatMap(({ name, level = "mandatory" }) => [name, level]));
    expect(lines(160).filter((line) => Object.hasOwn(areas, line))).toEqual(Object.keys(areas));
  });

  it("fits its columns, but for ids that are longer than theirs", () => {
    const longest = Math.max(
      ...rules.flatMap(({ relatedChecks }) =>
        "none" in relatedChecks ? [] : relatedChecks.map((id) => id.length),
      ),
    );
    for (const columns of [120, 200])
      expect(Math.max(...lines(columns).map((line) => line.length))).toBeLessThanOrEqual(columns + longest);
  });

  it("marks rules that no environment exercises, and says what is missing", () => {
    const marked = lines(160).flatMap((line) => /^ {2}○ ([a-z-]+)/.exec(line)?.[1] ?? []);
    const waiting = Object.values(unexercised).flat();
    expect([...marked].sort()).toEqual([...waiting].sort());
    for (const lack of Object.keys(unexercised)) expect(lines(160).join("\n")).toContain(lack);
  });
});

describe("what no rule decides", () => {
  const names = new Set(rules.map(({ name }) => name));

  it("is named with its reason in both forms of the catalogue", () => {
    const shown = lines(200).join(" ").replaceAll(/\s+/g, " ");
    for (const { what, why } of outside) {
      expect(shown).toContain(why);
      expect(readme(areas, unexercised, outside)).toContain(what);
    }
    expect(outside.map(({ what }) => what).join("\n")).toContain("An engine on CPU that a script starts");
  });

  it("names rules that there are", () => {
    const named = outside.flatMap(({ why }) => why.match(/\b[a-z]+(?:-[a-z]+){2,}\b/g) ?? []);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });
});

describe("the catalogue in Markdown", () => {
  const text = readme(areas, unexercised, outside);

  it("has a place for the address that Pulumi shows with each finding", () => {
    for (const { name } of rules) expect(text).toContain(`<a id="${name}"></a>`);
  });

  it("has as many cells in each row of a table as in its head", () => {
    for (const table of text.split("\n\n").filter((block) => block.startsWith("|"))) {
      const cells = table
        .trim()
        .split("\n")
        .map((row) => row.split(/(?<!\\)\|/).length);
      expect(new Set(cells).size).toBe(1);
    }
  });
});
