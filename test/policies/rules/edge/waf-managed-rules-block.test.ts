import { wafManagedRulesBlock as rule } from "../../../../policies/rules/edge/waf-managed-rules-block.ts";
import { type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { managedGroup, managedGroups, ownRule, rateRule, webAcl } from "../../web-acl.ts";

const [badInputs = {}, reputation = {}, common = {}] = managedGroups;
const commonSet = "AWSManagedRulesCommonRuleSet";
const missing = (...names: readonly string[]) => names.map((name) => `edge#rules.${name}`);
const all = missing(
  "AWSManagedRulesKnownBadInputsRuleSet",
  "AWSManagedRulesAmazonIpReputationList",
  commonSet,
);
/** An ACL whose common group stands otherwise. */
const commonAs = (more: Properties, statement: Properties = {}) =>
  webAcl([badInputs, reputation, managedGroup(commonSet, 22, more, statement)]);
const overriding = (...ruleActionOverrides: readonly Wire[]) => commonAs({}, { ruleActionOverrides });
const override = (index = 0) => [
  `edge#rules.2.statement.managedRuleGroupStatement.ruleActionOverrides.${index}`,
];
const allow = (priority: number): Properties => ({
  name: "office",
  priority,
  action: { allow: {} },
  statement: { ipSetReferenceStatement: { arn: unknown } },
});
/** A group of our own that comes before all. */
const own = (overrideAction: Properties): Properties => ({
  name: "shared",
  priority: 1,
  overrideAction,
  statement: { ruleGroupReferenceStatement: { arn: unknown } },
});

cases(rule, {
  passes: [
    ["the three groups, sizes counted", webAcl(managedGroups)],
    ["rules of our own beside them", webAcl([rateRule, ...managedGroups])],
    ["a secret", webAcl(managedGroups.map((one) => secret(one)))],
    [
      "a group as a rule of its own",
      [webAcl([badInputs, reputation]), ownRule(webAcl([badInputs, reputation]), common)],
    ],
    [
      "a further group that counts",
      webAcl([
        ...managedGroups,
        managedGroup("AWSManagedRulesBotControlRuleSet", 30, { overrideAction: { count: {} } }),
      ]),
    ],
    ["something allowed after them", webAcl([...managedGroups, allow(90)])],
    [
      "a group of another account",
      webAcl([
        ...managedGroups,
        {
          name: "shared",
          priority: 40,
          overrideAction: { none: {} },
          statement: { ruleGroupReferenceStatement: { arn: unknown } },
        },
      ]),
    ],
    ["a group of our own before them that only counts", webAcl([own({ count: {} }), ...managedGroups])],
    ["no overrides in a list", overriding()],
    [
      "a count beside actions that are null",
      overriding({ name: "SizeRestrictions_BODY", actionToUse: { allow: null, count: {} } }),
    ],
    [
      "fewer groups where fewer are required",
      webAcl([common]),
      { config: { managedGroups: { only: [commonSet] } } },
    ],
    ["a stack without an ACL", []],
  ],
  reports: [
    [
      "a group of our own before them, whose rules may allow",
      webAcl([own({ none: {} }), ...managedGroups]),
      all,
    ],
    ["no rules", webAcl([]), all],
    ["one group missing", webAcl([badInputs, common]), missing("AWSManagedRulesAmazonIpReputationList")],
    ["a group that counts", commonAs({ overrideAction: { count: {} } }), missing(commonSet)],
    ["a group of both", commonAs({ overrideAction: { count: {}, none: {} } }), missing(commonSet)],
    [
      "a group without an override action",
      commonAs({ overrideAction: null }),
      [...missing(commonSet), "edge#rules.2.overrideAction"],
    ],
    ["a group of another vendor", commonAs({}, { vendorName: "F5" }), missing(commonSet)],
    [
      "a group for some requests",
      commonAs({}, { scopeDownStatement: { byteMatchStatement: {} } }),
      missing(commonSet),
    ],
    [
      "a group that is missing and one that is named alike",
      commonAs({}, { name: `${commonSet}2` }),
      missing(commonSet),
    ],
    ["something allowed before them", webAcl([allow(0), ...managedGroups]), all],
    ["something allowed in between", webAcl([badInputs, allow(20), reputation, common]), all],
    [
      "a rule of the group that counts",
      overriding({ name: "CrossSiteScripting_COOKIE", actionToUse: { count: {} } }),
      override(),
    ],
    [
      "a rule that allows, even a counted one",
      overriding({ name: "SizeRestrictions_BODY", actionToUse: { allow: {} } }),
      override(),
    ],
    [
      "a rule that allows and counts",
      overriding({ name: "SizeRestrictions_BODY", actionToUse: { allow: {}, count: {} } }),
      override(),
    ],
    [
      "one of two overrides",
      overriding(
        { name: "SizeRestrictions_BODY", actionToUse: { count: {} } },
        { name: "NoUserAgent_HEADER", actionToUse: { count: {} } },
      ),
      override(1),
    ],
    ["an unknown override", overriding(unknown), override()],
    [
      "unknown overrides",
      commonAs({}, { ruleActionOverrides: unknown }),
      ["edge#rules.2.statement.managedRuleGroupStatement.ruleActionOverrides"],
    ],
    [
      "excluded rules",
      commonAs({}, { excludedRules: [{ name: "NoUserAgent_HEADER" }] }),
      ["edge#rules.2.statement.managedRuleGroupStatement.excludedRules.0"],
    ],
    [
      "an override in a rule of its own",
      [
        webAcl([badInputs, reputation]),
        ownRule(
          webAcl([badInputs, reputation]),
          managedGroup(
            commonSet,
            22,
            {},
            { ruleActionOverrides: [{ name: "EC2MetaDataSSRF_COOKIE", actionToUse: { count: {} } }] },
          ),
        ),
      ],
      ["rate#statement.managedRuleGroupStatement.ruleActionOverrides.0"],
    ],
    [
      "a group of another ACL",
      [
        webAcl([badInputs, reputation]),
        webAcl(managedGroups, {}, "other"),
        ownRule(webAcl(managedGroups, {}, "other"), common),
      ],
      missing(commonSet),
    ],
    [
      "a rule without an action",
      webAcl([...managedGroups, { ...rateRule, action: null }]),
      ["edge#rules.3.action"],
    ],
    [
      "a rule with an empty action",
      webAcl([...managedGroups, { ...rateRule, action: {} }]),
      ["edge#rules.3.action"],
    ],
    ["rules as JSON", webAcl(null, { ruleJson: "[]" }), [...all, "edge#ruleJson.action"]],
    ["a rule that is a text", webAcl([...managedGroups, "block"]), [...all, "edge#rules.3.action"]],
    [
      "counted sizes where nothing may count",
      webAcl(managedGroups),
      override(),
      { config: { countedRules: { only: [] } } },
    ],
    [
      "a setting that can't be",
      webAcl(managedGroups),
      ["stack#configuration.managedGroups"],
      { config: { managedGroups: { only: [] } } },
    ],
  ],
});
