import { describe, expect, it } from "vitest";
import { yaml } from "../../../../policies/read/text/yaml.ts";

describe("a text that every reader takes alike", () => {
  it.each<[string, string, unknown]>([
    ["JSON", '{"a": [1, "x", null, true, -0.5]}', { a: [1, "x", undefined, true, -0.5] }],
    ["quotes", "a: 'yes'\nb: \"010\"", { a: "yes", b: "010" }],
    ["a version", "a: 1.84.0", { a: "1.84.0" }],
    ["a block", "a: |\n  no\n", { a: "no\n" }],
    ["an alias", "a: &x [1]\nb: [*x, *x]", { a: [1], b: [[1], [1]] }],
    ["an anchor that is set again", "a: &x 1\nb: *x\nc: &x 2\nd: *x", { a: 1, b: 1, c: 2, d: 2 }],
    [
      "merged maps, of which the first counts",
      "a: {<<: [{x: 1, z: 3}, {x: 5}], z: 1}",
      { a: { x: 1, z: 1 } },
    ],
    ["a merged alias", "a: &x {y1: 1}\nb: {<<: *x}", { a: { y1: 1 }, b: { y1: 1 } }],
    ["names of every object", "constructor: 2", { constructor: 2 }],
    ["lines that end as on Windows", "a: 1\r\nb: 2\r\n", { a: 1, b: 2 }],
    ["nothing", "# empty", undefined],
  ])("%s", (_, text, value) => {
    expect(yaml(text)).toEqual({ value });
  });

  it("keeps a key named __proto__ a key", () => {
    const read = yaml("__proto__: {a: 1}");
    expect("value" in read && Object.keys(read.value as object)).toEqual(["__proto__"]);
  });
});

describe("a text that can't be read", () => {
  it.each([
    ["a key twice", "a: 1\na: 2"],
    ["a key twice, once in quotes", "1: a\n'1': b"],
    ["a merge twice", "a: {<<: {x: 1}, <<: {y1: 1}}"],
    ["a merge of no map", "a: {<<: 3}"],
    ["an alias for nothing", "a: *b"],
    ["an alias for itself", "a: &a [*a]"],
    ["yes", "a: yes"],
    ["off", "a: Off"],
    ["y", "a: y"],
    ["y as a key", "y: 1"],
    ["an octal number", "a: 010"],
    ["a hexadecimal number", "a: 0x10"],
    ["an exponent", "a: 2e-7"],
    ["digits in groups", "a: 1_000"],
    ["a time", "a: 10:30"],
    ["a date", "a: 2026-01-01"],
    ["infinity", "a: .inf"],
    ["a leading dot", "a: .5"],
    ["a tag", "a: !!str 1"],
    ["a tag on the whole", "!!map {a: 1}"],
    ["a directive", "%YAML 1.2\n---\na: 1"],
    ["two documents", "a: 1\n---\nb: 2"],
    ["a map as a key", "? {a: 1}\n: 2"],
    ["a list as a key", "[a]: 2"],
    ["a tab", "a:\n\tb: 1"],
    ["a line that ends for Python alone", "a: 1 #\u2028b: 2"],
    ["another one", "a: 1 #\u0085b: 2"],
    ["a carriage return alone", "a: 1 #\rb: 2"],
    ["a control character", "a: \u0000"],
    ["brackets without end", "[".repeat(5000)],
    ["deep nesting", "- ".repeat(200)],
    ["more than 256 Ki characters", `a: ${"x".repeat(262_144)}`],
  ])("%s", (_, text) => {
    expect(yaml(text)).toEqual({ problem: expect.any(String) });
  });

  it("is one whose aliases multiply", () => {
    const nine = (alias: string) => `[${Array(9).fill(alias).join()}]`;
    const lines = ["b", "c", "d", "e", "f", "g"].map(
      (name, index) => `${name}: &${name} ${nine(`*${"abcdef"[index]}`)}`,
    );
    expect(yaml(["a: &a [1]", ...lines].join("\n"))).toEqual({
      problem: "holds or nests more than can be read",
    });
  });
});
