import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { sentence, table } from "../../scripts/table.ts";

const rows = [
  ["name", "$", "what"],
  ["a", "1,000", "a sentence that is longer than its column can be"],
];

it("is as wide as its cells where there is room", () => {
  expect(table(rows, [1])).toEqual([
    "  name      $  what",
    "  a     1,000  a sentence that is longer than its column can be",
  ]);
});

it("wraps the widest cells at spaces, in their own column", () => {
  expect(table(rows, [1], 40)).toEqual([
    "  name      $  what",
    "  a     1,000  a sentence that is longer",
    "               than its column can be",
  ]);
});

it("breaks a word that is wider than its column", () => {
  expect(table([["aaaaaaaaaaaaaaaaaaaaaaaaa", "x"]], [], 20)).toEqual([
    "  aaaaaaaaaaaaaaa  x",
    "  aaaaaaaaaa",
  ]);
});

it("keeps a short word whole where another column can be wrapped instead", () => {
  expect(table([["p5.48xlarge", "11.2 of 12.8 GiB", "70.0 of 232.0 GiB"]], [], 36)).toEqual([
    "  p5.48xlarge  11.2 of    70.0 of",
    "               12.8 GiB   232.0 GiB",
  ]);
});

it("ends a colour with each line and begins it again on the next", () => {
  const lines = table([["\u001b[31mone two three four\u001b[39m", "x"]], [], 16);
  expect(lines.map((line) => stripVTControlCharacters(line))).toEqual(["  one two      x", "  three four"]);
  expect(lines.map((line) => line.split("\u001b[31m").length)).toEqual([2, 2]);
  expect(lines.map((line) => /\[(?:39|0)m/.test(line))).toEqual([true, true]);
});

it("wraps a sentence at spaces, and indents its further lines", () => {
  expect(sentence("  note: one two three four five", 20)).toEqual(["  note: one two", "    three four five"]);
  expect(sentence("short", 20)).toEqual(["short"]);
});
