import type { StackResource } from "../../framework/rule.ts";
import { type ConfigOf, flag, integer, type RuleSettings } from "../../framework/settings.ts";
import { at, isFields, unknown, type Value } from "../../framework/value.ts";
import { type LocatedValue, locatedElements } from "../text/located-value.ts";
import { onlyBehind } from "./behind.ts";
import { isOf, loadBalancers } from "./load-balancer.ts";

export const webAcls = ["aws:wafv2/webAcl:WebAcl"] as const;
const groupAssociations = ["aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation"] as const;
/** Types that add rules to an ACL from outside of it. */
export const webAclRules = ["aws:wafv2/webAclRule:WebAclRule", ...groupAssociations] as const;
export const webAclAssociations = ["aws:wafv2/webAclAssociation:WebAclAssociation"] as const;

/** Settings of the rules about rate limits at the edge. */
export const rateSettings = {
  maxPerMinute: integer("Maximum requests per minute of one client.", {
    minimum: 10,
    maximum: 6000,
    default: 600,
  }),
  trustedProxy: flag(
    "Whether a trusted proxy in front sets the forwarded address, so that rates can be counted by it.",
    false,
  ),
} as const satisfies RuleSettings;

type RateConfig = ConfigOf<typeof rateSettings>;

/** Seconds that AWS counts over. [wafv2 API, RateBasedStatement] */
const windows = [60, 120, 300, 600];
const defaultWindow = 300;
/** AWS takes no lower limit. */
const lowestLimit = 10;

/** A rule of an ACL, written in it or as a resource of its own. */
export interface AclRule {
  /** Such as `rule 0` or `rule of <resource>`. */
  readonly where: string;
  readonly resource: StackResource;
  /** Begins the paths of findings in the resource, such as `rules.0.`. */
  readonly prefix: string;
  readonly fields: Value;
}

/** Associations of an ACL with load balancers. An association that depends on several may be of any of them. */
export function associationsOf(
  loadBalancer: StackResource,
  all: readonly StackResource[],
): readonly StackResource[] {
  return all
    .filter(isOf(webAclAssociations))
    .filter((resource) => onlyBehind(resource, "resourceArn", loadBalancers) === loadBalancer);
}

/**
 * Why a web ACL doesn't limit a client's rate; undefined when one of its rules does.
 * @param all the stack's resources, among them the ACL's rules that are resources of their own
 */
export function unlimited(
  acl: StackResource,
  all: readonly StackResource[],
  config: RateConfig,
): string | undefined {
  const rules = aclRulesOf(acl, all);
  const limits = rules.filter(({ fields }) => isFields(at(fields, "statement", "rateBasedStatement")));
  if (limits.length === 0) return "no rule known at preview limits the rate of requests";
  const reasons = limits.map(({ where, fields }) => [where, leak(fields, rules, config)] as const);
  if (reasons.some(([, reason]) => reason === undefined)) return undefined;
  return reasons.map(([where, reason]) => `${where} ${reason}`).join(", ");
}

/** The rules of an ACL, with those that are resources of their own. */
export function aclRulesOf(acl: StackResource, all: readonly StackResource[]): readonly AclRule[] {
  const inline: readonly LocatedValue[] =
    at(acl.props, "ruleJson") === undefined
      ? locatedElements("rules", at(acl.props, "rules"))
      : [{ path: "ruleJson", value: unknown }];
  const own = all.filter(
    (resource) => isOf(webAclRules)(resource) && resource.behind("webAclArn").includes(acl),
  );
  return [
    ...inline.map(
      ({ path, value }, index): AclRule => ({
        where: `rule ${index}`,
        resource: acl,
        prefix: `${path}.`,
        fields: value,
      }),
    ),
    ...own.map(
      (resource): AclRule => ({
        where: `rule of ${resource.name}`,
        resource,
        prefix: "",
        fields: isOf(groupAssociations)(resource) ? asRule(resource.props) : resource.props,
      }),
    ),
  ];
}

/** The rule that an association of a group amounts to; AWS's own groups are written as another statement. */
function asRule(association: Value): Value {
  const managed = at(association, "managedRuleGroup");
  const group = at(association, "ruleGroupReference") ?? unknown;
  return {
    priority: at(association, "priority"),
    overrideAction: at(association, "overrideAction") === "count" ? { count: {} } : { none: {} },
    statement:
      managed === undefined ? { ruleGroupReferenceStatement: group } : { managedRuleGroupStatement: managed },
  };
}

/** A rule that may allow requests before another rule evaluates them. */
export function passesBefore(rule: Value, rules: readonly AclRule[]): AclRule | undefined {
  return rules.find(({ fields }) => mayAllow(fields) && rank(fields) <= rank(rule));
}

/** Why a rate rule doesn't limit every client; undefined if it does. */
function leak(rule: Value, rules: readonly AclRule[], config: RateConfig): string | undefined {
  const statement = at(rule, "statement", "rateBasedStatement");
  const limit = at(statement, "limit");
  const window = at(statement, "evaluationWindowSec") ?? defaultWindow;
  const priority = at(rule, "priority");
  if (!blocks(at(rule, "action"))) return "does not block";
  if (at(statement, "scopeDownStatement") !== undefined) return "is limited by its scope-down statement";
  if (!countsClients(statement, config)) return "does not count by client address";
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < lowestLimit)
    return `has no limit of at least ${lowestLimit}`;
  if (typeof window !== "number" || !windows.includes(window))
    return "has no window of 60, 120, 300 or 600 seconds";
  const perMinute = (limit * 60) / window;
  if (perMinute > config.maxPerMinute)
    return `allows ${Math.round(perMinute)} requests per minute (${limit} in ${window} s)`;
  if (!Number.isFinite(priority)) return "has no priority known at preview";
  const earlier = passesBefore(rule, rules);
  return earlier && `comes after ${earlier.where}, which may allow requests`;
}

function blocks(action: Value): boolean {
  return isFields(action) && isFields(at(action, "block")) && only(action, "block");
}

/** A rule that can't be read may allow anything, as may a group, whose rules are written elsewhere. */
function mayAllow(rule: Value): boolean {
  const action = at(rule, "action");
  if (action === unknown || at(action, "allow") !== undefined) return true;
  const group = at(rule, "statement", "ruleGroupReferenceStatement");
  return group !== undefined && !isFields(at(rule, "overrideAction", "count"));
}

/** Rules run from the lowest priority on; one that can't be read may run first. */
function rank(rule: Value): number {
  const priority = at(rule, "priority");
  return typeof priority === "number" ? priority : Number.NEGATIVE_INFINITY;
}

function countsClients(statement: Value, { trustedProxy }: RateConfig): boolean {
  const key = at(statement, "aggregateKeyType");
  if (key === "IP") return true;
  return (
    key === "FORWARDED_IP" &&
    trustedProxy &&
    // NO_MATCH would leave requests without an address uncounted.
    at(statement, "forwardedIpConfig", "fallbackBehavior") === "MATCH"
  );
}

function only(fields: { readonly [key: string]: Value }, key: string): boolean {
  return Object.entries(fields).every(([name, value]) => name === key || value === undefined);
}
