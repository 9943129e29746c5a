import type { StackFinding, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, isFields, type Value } from "../../framework/value.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import { type AclRule, aclRulesOf, passesBefore, webAclRules, webAcls } from "../../read/aws/web-acl.ts";
import { locatedElements } from "../../read/text/located-value.ts";

const names = "^\\w+$";

const settings = {
  managedGroups: strings("AWS managed rule groups that must block.", {
    pattern: names,
    minItems: 1,
    default: [
      "AWSManagedRulesKnownBadInputsRuleSet",
      "AWSManagedRulesAmazonIpReputationList",
      "AWSManagedRulesCommonRuleSet",
    ],
  }),
  countedRules: strings(
    "Rules of managed groups that may count instead: prompts are long and full of code, paths and addresses, which nothing behind the load balancer executes or renders.",
    {
      pattern: names,
      default: [
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "JavaDeserializationRCE_BODY",
        "Log4JRCE_BODY",
      ],
    },
  ),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const wafManagedRulesBlock: StackRule<typeof settings> = {
  name: "waf-managed-rules-block",
  title: "AWS managed rule groups block in every web ACL.",
  why: "A group that counts, or whose rules are overridden to count, logs an exploit and lets it through.",
  fix: "Add each group of managedGroups with overrideAction none and without scope-down, and override only the rules in countedRules.",
  severity: "high",
  relatedChecks: ["CKV_AWS_175", "CKV_AWS_342"],
  resourceTypes: [...webAcls, ...webAclRules],
  example: {
    good: "{ overrideAction: { none: {} }, statement: { managedRuleGroupStatement: { vendorName: AWS, name: AWSManagedRulesCommonRuleSet } } }",
    bad: "{ overrideAction: { count: {} }, statement: { managedRuleGroupStatement: { vendorName: AWS, name: AWSManagedRulesCommonRuleSet } } }",
  },
  config: settings,

  *checkStack({ resources }, config) {
    for (const resource of resources.filter(isOf(webAcls))) {
      const rules = aclRulesOf(resource, resources);
      for (const name of config.managedGroups) {
        const problem = whyNotBlocked(name, rules);
        if (problem !== undefined)
          yield {
            resource,
            path: `rules.${name}`,
            problem: `${name} ${problem}`,
            allowed:
              "the group of vendor AWS with overrideAction none, for every request, before any rule that allows",
          };
      }
      for (const rule of rules) {
        yield* overrides(rule, config);
        yield* withoutAction(rule);
      }
    }
  },
};

/** Why requests that a group would block may pass; undefined where one rule blocks with it. */
function whyNotBlocked(name: string, rules: readonly AclRule[]): string | undefined {
  const groups = rules.filter(({ fields }) => {
    const group = at(fields, "statement", "managedRuleGroupStatement");
    return at(group, "vendorName") === "AWS" && at(group, "name") === name;
  });
  if (groups.length === 0) return "is not in a rule known at preview";
  const reasons = groups.map(({ where, fields }) => {
    if (!overridesNothing(at(fields, "overrideAction"))) return `only counts in ${where}`;
    if (at(fields, "statement", "managedRuleGroupStatement", "scopeDownStatement") !== undefined)
      return `is limited by the scope-down statement of ${where}`;
    const earlier = passesBefore(fields, rules);
    return earlier && `comes after ${earlier.where}, which may allow requests`;
  });
  return reasons.includes(undefined) ? undefined : reasons.join(", ");
}

function overridesNothing(action: Value): boolean {
  return isFields(at(action, "none")) && at(action, "count") === undefined;
}

/** Rules of a managed group whose action is overridden. */
function* overrides(
  { resource, prefix, fields }: AclRule,
  { countedRules }: Config,
): Generator<StackFinding> {
  const group = at(fields, "statement", "managedRuleGroupStatement");
  if (!isFields(group)) return;
  const path = `${prefix}statement.managedRuleGroupStatement`;
  const changed = [
    ...locatedElements(`${path}.ruleActionOverrides`, at(group, "ruleActionOverrides")).filter(
      ({ value }) => !isCounted(value, countedRules),
    ),
    // The older form of a count.
    ...locatedElements(`${path}.excludedRules`, at(group, "excludedRules")),
  ];
  for (const one of changed)
    yield {
      resource,
      path: one.path,
      problem: "a rule of a managed group is overridden",
      allowed: `count, for ${countedRules.join(", ") || "no rule"}`,
    };
}

function isCounted(override: Value, countedRules: readonly string[]): boolean {
  const name = at(override, "name");
  const action = at(override, "actionToUse");
  if (typeof name !== "string" || !countedRules.includes(name) || !isFields(action)) return false;
  const set = Object.keys(action).filter((key) => action[key] !== undefined);
  return set.length === 1 && isFields(action.count);
}

function* withoutAction({ resource, prefix, fields }: AclRule): Generator<StackFinding> {
  const statement = at(fields, "statement");
  const isGroup =
    isFields(at(statement, "managedRuleGroupStatement")) ||
    isFields(at(statement, "ruleGroupReferenceStatement"));
  const action = at(fields, isGroup ? "overrideAction" : "action");
  if (isFields(action) && Object.values(action).some(isFields)) return;
  yield {
    resource,
    path: `${prefix}${isGroup ? "overrideAction" : "action"}`,
    problem: "the rule has no action known at preview",
    allowed: "one action",
  };
}
