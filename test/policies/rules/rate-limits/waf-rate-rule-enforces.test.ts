import { describe, expect, it } from "vitest";
import { wafRateRuleEnforces as rule } from "../../../../policies/rules/rate-limits/waf-rate-rule-enforces.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";
import { ownRule, rateRule, rateWith, webAcl } from "../../web-acl.ts";

const finding = ["waf-rate-rule-enforces[edge#rules]"];
const allow = {
  name: "allow",
  priority: 20,
  action: { allow: {} },
  statement: { ipSetReferenceStatement: {} },
};
const managed = {
  name: "managed",
  priority: 0,
  overrideAction: { none: {} },
  statement: { managedRuleGroupStatement: {} },
};
const byKeys = { ...rateWith("aggregateKeyType", "CUSTOM_KEYS"), priority: 5 };

describe("waf-rate-rule-enforces", () => {
  it.each<[string, readonly Given[]]>([
    ["a rate by address", [webAcl([rateRule])]],
    ["the same rate over five minutes, which is the default", [webAcl([rateWith("limit", 3000), rateRule])]],
    [
      "five minutes' worth without a window",
      [webAcl([{ ...rateRule, statement: { rateBasedStatement: { limit: 3000, aggregateKeyType: "IP" } } }])],
    ],
    ["the lowest limit", [webAcl([rateWith("limit", 10)])]],
    ["groups and other rates beside it", [webAcl([managed, byKeys, rateRule])]],
    ["an allow after it", [webAcl([allow, rateRule])]],
    ["an unset scope-down", [webAcl([rateWith("scopeDownStatement", null)])]],
    ["a secret limit", [webAcl([rateWith("limit", secret(600))])]],
    ["a rule that is a resource of its own", [webAcl([]), ownRule(webAcl([]))]],
  ])("accepts %s", async (_, stack) => {
    expect(await findings(rule, stack)).toEqual([]);
  });

  it.each<[string, Wire]>([
    ["no rules", []],
    ["unset rules", null],
    ["unknown rules", unknown],
    ["rules that are an object", { rate: rateRule }],
    ["only groups", [managed]],
    ["a rule that counts", [{ ...rateRule, action: { count: {} } }]],
    ["a rule that counts and blocks", [{ ...rateRule, action: { block: {}, count: {} } }]],
    ["an action that is a text", [{ ...rateRule, action: "block" }]],
    ["an action in no words", [{ ...rateRule, action: { block: true } }]],
    ["an unknown action", [{ ...rateRule, action: unknown }]],
    ["a scope-down", [rateWith("scopeDownStatement", { byteMatchStatement: {} })]],
    ["an unknown scope-down", [rateWith("scopeDownStatement", unknown)]],
    ["one that counts by something else", [rateWith("aggregateKeyType", "CONSTANT")]],
    ["one by forwarded address", [rateWith("aggregateKeyType", "FORWARDED_IP")]],
    ["one by nothing", [rateWith("aggregateKeyType", undefined)]],
    ["601 in a minute", [rateWith("limit", 601)]],
    ["a limit over a minute that was meant for five", [rateWith("limit", 3000)]],
    ["a limit below AWS's lowest", [rateWith("limit", 9)]],
    ["a limit as text", [rateWith("limit", "600")]],
    ["a broken limit", [rateWith("limit", 100.5)]],
    ["an unknown limit", [rateWith("limit", unknown)]],
    ["a window that AWS doesn't have", [rateWith("evaluationWindowSec", 3600)]],
    ["an unknown window", [rateWith("evaluationWindowSec", unknown)]],
    ["no priority", [{ ...rateRule, priority: null }]],
    ["an unknown priority", [{ ...rateRule, priority: unknown }]],
    ["an unknown statement", [{ ...rateRule, statement: unknown }]],
    [
      "a rate inside another statement",
      [{ ...rateRule, statement: { andStatement: { statements: [rateRule.statement ?? null] } } }],
    ],
    ["an earlier allow", [rateRule, { ...allow, priority: 9 }]],
    ["an allow of the same priority", [rateRule, { ...allow, priority: 10 }]],
    ["an allow of unknown priority", [rateRule, { ...allow, priority: unknown }]],
    ["an unknown rule before it", [rateRule, unknown]],
  ])("reports %s", async (_, rules) => {
    expect(await findings(rule, [webAcl(rules)])).toEqual(finding);
  });

  it("can't read rules in JSON, nor what else they allow", async () => {
    const json = webAcl(null, { ruleJson: JSON.stringify([rateRule]) });
    expect(await findings(rule, [json])).toEqual(finding);
    expect(await findings(rule, [json, ownRule(json)])).toEqual(finding);
  });

  it("counts only rules that belong to the ACL", async () => {
    const [edge, other] = [webAcl([]), webAcl([], {}, "other")];
    expect(await findings(rule, [edge, other, ownRule(other)])).toEqual(finding);
    expect(await findings(rule, [edge, ownRule(other)])).toEqual(finding);
  });

  it("reports each of several ACLs", async () => {
    const stack = [webAcl([]), webAcl([rateRule], {}, "good"), webAcl([], {}, "other")];
    expect(await findings(rule, stack)).toEqual([...finding, "waf-rate-rule-enforces[other#rules]"]);
  });

  it("counts by forwarded address only behind a proxy that is trusted", async () => {
    const forwarded = (fallbackBehavior: Wire) => {
      const statement = {
        rateBasedStatement: {
          limit: 600,
          evaluationWindowSec: 60,
          aggregateKeyType: "FORWARDED_IP",
          forwardedIpConfig: { headerName: "X-Forwarded-For", fallbackBehavior },
        },
      };
      return [webAcl([{ ...rateRule, statement }])];
    };
    const config = { trustedProxy: true };
    expect(await findings(rule, forwarded("MATCH"), { config })).toEqual([]);
    expect(await findings(rule, forwarded("NO_MATCH"), { config })).toEqual(finding);
    expect(await findings(rule, forwarded(unknown), { config })).toEqual(finding);
    expect(await findings(rule, forwarded("MATCH"))).toEqual(finding);
  });

  it("takes the rate from the configuration, within bounds", async () => {
    expect(await findings(rule, [webAcl([rateRule])], { config: { maxPerMinute: 599 } })).toEqual(finding);
    expect(await findings(rule, [webAcl([rateRule])], { config: { maxPerMinute: 1_000_000 } })).toEqual([
      "waf-rate-rule-enforces[stack#configuration.maxPerMinute]",
    ]);
  });

  it("says what is wrong, what is allowed and what to do, for each rule that comes close", async () => {
    const [found] = await judge(rule, [
      webAcl([{ ...rateRule, action: { count: {} } }, rateWith("limit", 3000)]),
    ]);
    expect(found).toMatchObject({
      where: "edge",
      found:
        "the web ACL doesn't limit clients: rule 0 does not block, rule 1 allows 3000 requests per minute (3000 in 60 s)",
      allowed: "a rule that blocks by IP above at most 600 requests per minute, before any rule that allows",
      fix: rule.fix,
    });
  });
});
