import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readPolicyConfiguration } from "../../../scripts/plan/policy-configuration.ts";

const folder = mkdtempSync(join(tmpdir(), "gantry-policies-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  writeFileSync(join(folder, "dev.json"), text);
  return readPolicyConfiguration(join(folder, "dev.json"));
};

describe("the policies' configuration of an environment", () => {
  it("is levels, and settings with a level among them", () => {
    const configuration = { a: "disabled", b: { enforcementLevel: "advisory", most: 3 }, c: { most: 3 } };
    expect(read(JSON.stringify(configuration))).toEqual(configuration);
  });

  it.each([
    ["a trailing comma", '{ "a": "disabled", }', "JSON has no comma before a closing bracket; take it out"],
    ["nothing", "", "Unexpected end of JSON input"],
    ["a list", "[]", "an object with what holds for each rule, by its name"],
    ["no object", "null", "an object with what holds for each rule, by its name"],
    [
      "a level that doesn't exist",
      '{ "a": "off" }',
      '  a  "off"  a level (advisory, mandatory, disabled, remediate)',
    ],
    ["a number", '{ "a": 1 }', "a level (advisory"],
    ["a level by number", '{ "a": { "enforcementLevel": 1 } }', "a.enforcementLevel  1  a level"],
  ])("is refused with a sentence when it is %s", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(/^policies\/config\/dev\.json\n/);
  });
});
