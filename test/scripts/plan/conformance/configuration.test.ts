import { describe, expect, it } from "vitest";
import { asProgramConfig, readStackConfig } from "../../../../scripts/plan/environment.ts";
import {
  type Configurable,
  parsePolicyConfiguration,
  reconciled,
} from "../../../../scripts/plan/policy-configuration.ts";
import { fixtureRoot } from "../../../support/plan.ts";
import { behaviour, behaviours } from "./behaviour.ts";
import { notReproduced } from "./not-reproduced.ts";

const object = "pulumi/pulumi sdk/go/common/resource/config/object.go";
const config = "pulumi/pulumi pkg/resource/analyzer/config.go";

const rules: readonly Configurable[] = [
  {
    name: "few-sheep",
    level: "mandatory",
    settings: {
      most: { type: "integer", description: "", minimum: 1, maximum: 9, default: 3 },
      names: {
        type: "array",
        items: { type: "string", pattern: "^[a-z]+$", not: { pattern: "^wolf" } },
        minItems: 1,
        default: ["dolly"],
      },
    },
  },
  { name: "no-wolves", level: "advisory", settings: {} },
];

const parse = (given: unknown) => parsePolicyConfiguration(JSON.stringify(given), "dev.json");
const settle = (given: unknown, pack = rules) =>
  Object.fromEntries(reconciled(pack, parse(given), "dev.json"));
const defaults = { most: 3, names: ["dolly"] };

describe("a stack's configuration", () => {
  behaviour(
    {
      what: "reaches the program with the keys of its objects in order, at any depth",
      source: `${object} marshalObject: Go maps, which encoding/json writes sorted`,
      checked: "seen",
    },
    () => {
      const given = { "a:models": { b: { z: 1, y: [{ d: 1, c: 2 }] }, a: {} } };
      expect(asProgramConfig(given)).toEqual({ "a:models": '{"a":{},"b":{"y":[{"c":2,"d":1}],"z":1}}' });
    },
  );

  behaviour(
    {
      what: "keeps lists as they are, and scalars as text",
      source: `${object} MarshalString`,
      checked: "read",
    },
    () => {
      const given = { "a:list": ["b", "a"], "a:text": "x", "a:flag": true, "a:count": 3 };
      expect(asProgramConfig(given)).toEqual({
        "a:list": '["b","a"]',
        "a:text": "x",
        "a:flag": "true",
        "a:count": "3",
      });
    },
  );
});

describe("a stack's file", () => {
  const read = (value: string) => {
    const text = `config:\n  gantry:x: ${value}\n`;
    return asProgramConfig(readStackConfig(fixtureRoot, "dev", text))["gantry:x"];
  };

  behaviour(
    {
      what: "has days and times without quotes as Go writes them",
      source: "gopkg.in/yaml.v3 resolve.go parseTimestamp; time.Time String",
      checked: "seen",
    },
    () => {
      expect(read("{ d: 2026-11-12 }")).toBe('{"d":"2026-11-12 00:00:00 +0000 UTC"}');
      expect(read("{ d: 2026-11-12T10:00:00Z }")).toBe('{"d":"2026-11-12 10:00:00 +0000 UTC"}');
      expect(read("2026-11-12")).toBe("2026-11-12 00:00:00 +0000 UTC");
      expect(read('{ d: "2026-11-12", e: 2026-13-40, f: gpt-4o-2024-08-06 }')).toBe(
        '{"d":"2026-11-12","e":"2026-13-40","f":"gpt-4o-2024-08-06"}',
      );
    },
  );

  behaviour(
    {
      what: "has octal numbers by a zero, and numbers in groups",
      source: "gopkg.in/yaml.v3 resolve.go resolve: strconv.ParseInt with base 0",
      checked: "seen",
    },
    () => {
      expect(read("{ a: 010, b: 0o10, c: 0x1f, d: 1_000, e: +1, f: 0 }")).toBe(
        '{"a":8,"b":8,"c":31,"d":1000,"e":1,"f":0}',
      );
      expect(read("010")).toBe("8");
      expect(read('{ a: yes, b: on, c: 1:30, d: TRUE, e: "010" }')).toBe(
        '{"a":"yes","b":"on","c":"1:30","d":true,"e":"010"}',
      );
    },
  );

  behaviour(
    {
      what: "has an empty text for a setting without a value",
      source: `${object} MarshalString`,
      checked: "seen",
    },
    () => {
      for (const value of ["", "~", "null"]) expect(read(value)).toBe("");
      expect(read("{ a: null }")).toBe('{"a":null}');
    },
  );

  behaviour(
    { what: "has no number that JSON hasn't", source: `${object} MarshalJSON`, checked: "seen" },
    () => {
      for (const value of ["{ a: .nan }", "[{ b: .inf }]", "-.inf"])
        expect(() => read(value)).toThrow("which the Pulumi CLI refuses");
    },
  );
});

describe("a policy configuration", () => {
  const levels = `${config} parsePolicyPackConfig`;

  behaviour({ what: "may be empty", source: levels, checked: "read" }, () => {
    expect(parsePolicyConfiguration(" \n", "dev.json").size).toBe(0);
  });

  behaviour({ what: "is JSON, and an object", source: levels, checked: "read" }, () => {
    expect(() => parsePolicyConfiguration("{", "dev.json")).toThrow("dev.json");
    expect(() => parse(["few-sheep"])).toThrow("is not an object of rules");
  });

  behaviour(
    {
      what: "takes a level in lower case and no other word",
      source: `${levels}, apitype IsValid`,
      checked: "read",
    },
    () => {
      for (const level of ["advisory", "mandatory", "remediate", "disabled"])
        expect(parse({ "few-sheep": level }).get("few-sheep")).toEqual({ level, properties: {} });
      for (const level of ["Mandatory", "DISABLED", "off", ""])
        expect(() => parse({ "few-sheep": level })).toThrow(
          "not one of advisory, mandatory, remediate, disabled",
        );
    },
  );

  behaviour(
    {
      what: "takes a level of an object only as a string",
      source: `${config} extractEnforcementLevel`,
      checked: "read",
    },
    () => {
      expect(() => parse({ "few-sheep": { enforcementLevel: 1 } })).toThrow("few-sheep");
      expect(() => parse({ "few-sheep": { enforcementLevel: "Advisory" } })).toThrow("few-sheep");
    },
  );

  behaviour(
    { what: "takes a level or an object for a rule, nothing else", source: levels, checked: "read" },
    () => {
      for (const value of [null, 1, true, ["disabled"]])
        expect(() => parse({ "few-sheep": value })).toThrow("neither a level nor an object");
    },
  );

  behaviour({ what: "has a list of strings under `environments`", source: levels, checked: "read" }, () => {
    expect(settle({ environments: ["team/dev"] })["few-sheep"]?.level).toBe("mandatory");
    expect(() => parse({ environments: "team/dev" })).toThrow("is not a list of strings");
  });

  const reconcile = `${config} ReconcilePolicyPackConfig`;

  behaviour(
    { what: "leaves a rule its level and the defaults of its settings", source: reconcile, checked: "read" },
    () => {
      expect(settle({})).toEqual({
        "few-sheep": { level: "mandatory", properties: defaults },
        "no-wolves": { level: "advisory", properties: {} },
      });
    },
  );

  behaviour(
    {
      what: "sets the level of all rules with `all`, and of one over it",
      source: `${config} applyConfig`,
      checked: "read",
    },
    () => {
      const settled = settle({ "no-wolves": "mandatory", all: "disabled" });
      expect(settled["few-sheep"]).toEqual({ level: "disabled", properties: defaults });
      expect(settled["no-wolves"]?.level).toBe("mandatory");
    },
  );

  behaviour(
    {
      what: "has no settings under `all`",
      source: `${config} applyConfig, analyzer_plugin.go Configure`,
      checked: "read",
    },
    () => {
      expect(() => settle({ all: { most: 4 } })).toThrow("has only a level");
    },
  );

  const validate = `${config} validatePolicyConfig`;

  behaviour({ what: "is refused for a setting of another type", source: validate, checked: "read" }, () => {
    for (const most of ["4", 1.5, true, [4]])
      expect(() => settle({ "few-sheep": { most } })).toThrow("few-sheep.most");
    expect(() => settle({ "few-sheep": { names: "dolly" } })).toThrow("few-sheep.names is not of type array");
  });

  behaviour({ what: "is refused for a setting out of its bounds", source: validate, checked: "read" }, () => {
    expect(() => settle({ "few-sheep": { most: 0 } })).toThrow("few-sheep.most is less than 1");
    expect(() => settle({ "few-sheep": { most: 10 } })).toThrow("few-sheep.most is more than 9");
    expect(() => settle({ "few-sheep": { names: [] } })).toThrow("has fewer than 1 items");
    expect(settle({ "few-sheep": { most: 9 } })["few-sheep"]?.properties).toEqual({ ...defaults, most: 9 });
  });

  behaviour(
    {
      what: "is refused for a setting that its pattern doesn't match, or that `not` matches",
      source: validate,
      checked: "seen",
    },
    () => {
      expect(() => settle({ "few-sheep": { names: ["a", "B"] } })).toThrow("few-sheep.names.1");
      expect(() => settle({ "few-sheep": { names: ["wolf"] } })).toThrow("few-sheep.names.0");
    },
  );

  behaviour(
    {
      what: "can't be read at all where a pattern isn't one of Go's, configured or not",
      source: `${validate}; gojsonschema compiles patterns with regexp`,
      checked: "seen",
    },
    () => {
      const lookahead = { type: "string", pattern: "^(?!a)b$", default: "b" };
      expect(() =>
        settle({}, [{ name: "few-sheep", level: "mandatory", settings: { lookahead } }]),
      ).toThrow();
    },
  );

  behaviour(
    {
      what: "may name a rule that there isn't, which a plan refuses so that a typing mistake isn't lost",
      source: `${config} applyConfig keeps it without a word`,
      checked: "read",
    },
    () => {
      expect(() => settle({ "few-shep": "disabled" })).toThrow(/no such rule.*few-sheep/);
    },
  );

  it("reports everything at once, with the file", () => {
    expect(() => settle({ "few-sheep": { most: 0, names: [] }, wolves: "disabled" })).toThrow(
      /dev\.json.*wolves.*most.*names/s,
    );
  });

  it("says of each behaviour where it was read", () => {
    for (const { what, source } of [...behaviours, ...notReproduced]) {
      expect([what, source]).toEqual([what, expect.stringMatching(/\.(?:go|ts)/)]);
    }
  });
});
