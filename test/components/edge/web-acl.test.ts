import type { wafv2 } from "@pulumi/aws/types/input.js";
import { describe, expect, it } from "vitest";
import { keyHeader, otherKeyHeaders, webAclArgs } from "../../../components/edge/web-acl.ts";

const rate = (limit: number) => ({ limit, windowSeconds: 60 });
const { rules, customResponseBodies } = webAclArgs("gantry-dev", {
  perAddress: rate(300),
  perKey: rate(120),
});
const all = rules as wafv2.WebAclRule[];
const rule = (name: string) =>
  all.find((one) => one.name === name) as wafv2.WebAclRule & { statement: never };
const at = (value: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);

describe("a web ACL", () => {
  it("counts by address and by the whole Authorization header, before anything else", () => {
    expect(all.slice(0, 2).map(({ name }) => name)).toEqual(["rate-per-address", "rate-per-key"]);
    expect(at(rule("rate-per-key"), "statement.rateBasedStatement")).toMatchObject({
      limit: 120,
      evaluationWindowSec: 60,
      aggregateKeyType: "CUSTOM_KEYS",
      customKeys: [{ header: { name: keyHeader } }],
    });
    const priorities = all.map(({ priority }) => priority);
    expect(priorities).toEqual([...new Set(priorities)].sort((a, b) => Number(a) - Number(b)));
  });

  it("refuses a key in another header, which no rule would count", () => {
    const statements = at(rule("one-key-header"), "statement.orStatement.statements") as object[];
    expect(
      statements.map((one) => at(one, "sizeConstraintStatement.fieldToMatch.singleHeader.name")),
    ).toEqual([...otherKeyHeaders]);
  });

  it.each([
    ["999999", false],
    ["1000000", true],
    ["0001000000", true],
    ["000000000999", false],
    ["52428800", true],
    ["1e9", false],
    ["", false],
  ])("takes a body of %s bytes for too large: %s", (length, isTooLarge) => {
    const pattern = String(at(rule("body-size"), "statement.regexMatchStatement.regexString"));
    expect(new RegExp(pattern).test(length)).toBe(isTooLarge);
  });

  it("blocks with AWS's groups, but for rules that read bodies, which prompts look like", () => {
    const groups = all.flatMap((one) => at(one, "statement.managedRuleGroupStatement") ?? []);
    expect(groups.map((group) => at(group, "name"))).toEqual([
      "AWSManagedRulesAmazonIpReputationList",
      "AWSManagedRulesKnownBadInputsRuleSet",
      "AWSManagedRulesCommonRuleSet",
    ]);
    const counted = groups.flatMap(
      (group) => (at(group, "ruleActionOverrides") as { name: string }[] | undefined) ?? [],
    );
    expect(counted.length).toBeGreaterThan(0);
    for (const { name } of counted) expect(name).toMatch(/_BODY$/);
  });

  it("answers in the gateway's shape, with a hint where waiting helps", () => {
    const bodies = customResponseBodies as { key: string; content: string }[];
    for (const { key, content } of bodies)
      expect(JSON.parse(content).error).toEqual({
        message: expect.any(String),
        type: expect.any(String),
        code: key,
        param: null,
      });
    const used = all.flatMap((one) => at(one, "action.block.customResponse.customResponseBodyKey") ?? []);
    expect(new Set(used)).toEqual(new Set(bodies.map(({ key }) => key)));
    expect(at(rule("rate-per-key"), "action.block.customResponse")).toMatchObject({
      responseCode: 429,
      responseHeaders: [{ name: "retry-after", value: "60" }],
    });
  });
});
