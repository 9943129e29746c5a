import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseYaml, repeatsKey } from "../../../components/shared/yaml.ts";

describe("a document of YAML", () => {
  it.each([
    "a: 1\nb: [x, { c: d }]\n",
    "base: &base { a: 1, b: 2 }\nother: { <<: *base, b: 3 }\n",
    '{ "a": null, "b": "yes" }',
    "",
  ])("is read as the library reads it: %j", (text) => {
    expect(parseYaml(text)).toEqual(parse(text));
  });

  it.each([
    ["a key twice", "a:\n  b: 1\n  c: 2\n  b: 3\n", "the second at line 4, column 3"],
    ["two documents", "a: 1\n---\na: 2\n", "holds more than one document"],
    ["an alias for nothing", "a: *b\n", "Unresolved alias"],
    ["a bracket too few", "a: [1\n", "at line 2, column 1"],
  ])("is refused with %s, and says where", (_, text, message) => {
    expect(() => parseYaml(text)).toThrow(message);
  });
});

describe("a JSON text", () => {
  it.each([
    ['{ "a": 1, "b": { "a": 1 } }', false],
    ['{ "a": 1, "a": 1 }', true],
    ['{ "a": [{ "b": 1, "c": 2, "b": 3 }] }', true],
  ])("names a key twice or not: %s", (text, twice) => {
    expect(repeatsKey(text)).toBe(twice);
  });
});
