import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readPolicyConfiguration, reconciled } from "../../../scripts/plan/policy-configuration.ts";

const folder = mkdtempSync(join(tmpdir(), "gantry-policies-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  writeFileSync(join(folder, "dev.json"), text);
  return readPolicyConfiguration(join(folder, "dev.json"));
};

describe("the policies' configuration of an environment", () => {
  it.each([
    ["a trailing comma", '{ "a": "disabled", }', "JSON has no comma before a closing bracket; take it out"],
    ["a key twice", '{ "a": "disabled", "a": "advisory" }', "names a key twice in an object; keep one"],
    ["a list", "[]", "is not an object of rules"],
    ["no object", "null", "is not an object of rules"],
    ["a level that doesn't exist", '{ "a": "off" }', '  a  "off"  not one of advisory, mandatory'],
    ["a number", '{ "a": 1 }', "neither a level nor an object"],
    ["a level by number", '{ "a": { "enforcementLevel": 1 } }', "a  1  not one of advisory"],
  ])("is refused with a sentence when it has %s", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(/^dev\.json\n/);
  });
});

describe("the settings of a rule", () => {
  const rules = [
    { name: "a", level: "mandatory", settings: { allowedBuckets: { type: "array", default: ["b"] } } },
  ] as const;
  const settled = (text: string) => reconciled(rules, read(text), "dev.json");

  it("are its own, or refused with the nearest one", () => {
    expect(settled('{ "a": { "allowedBuckets": ["c"] } }').get("a")?.properties).toEqual({
      allowedBuckets: ["c"],
    });
    expect(() => settled('{ "a": { "allowedBucket": ["c"] } }')).toThrow(
      'a.allowedBucket  ["c"]  no such setting; did you mean "allowedBuckets"?',
    );
    expect(() => settled('{ "a": { "constructor": 1 } }')).toThrow("a.constructor  1  no such setting");
  });
});
