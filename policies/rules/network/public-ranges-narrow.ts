import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, isFields, isList, unknown, type Value } from "../../framework/value.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import {
  closedEgress,
  closedIngress,
  groupSettings,
  securityGroup,
  securityGroupRules,
} from "../../read/aws/security-group.ts";
import { webAclRules, webAcls } from "../../read/aws/web-acl.ts";
import { chartReleases } from "../../read/kubernetes/cluster.ts";
import { type LocatedValue, locatedElements } from "../../read/text/located-value.ts";
import { allowedRanges, internetReach, tooWide } from "../../read/text/wide-ranges.ts";

const managedList = "aws:ec2/managedPrefixList:ManagedPrefixList";
const listEntry = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry";
const ipSet = "aws:wafv2/ipSet:IpSet";
const ruleGroup = "aws:wafv2/ruleGroup:RuleGroup";
const groups = [securityGroup, ...new Set([...securityGroupRules.ingress, ...securityGroupRules.egress])];
/** Objects for which the AWS Load Balancer Controller opens a security group. */
const balanced = /^kubernetes:(?:core\/v1:Service|networking\.k8s\.io\/v1:Ingress)(?:Patch)?$/;
/** Annotations with comma-separated ranges or prefix lists. [AWS Load Balancer Controller, annotations] */
const rangeAnnotations = [
  "service.beta.kubernetes.io/load-balancer-source-ranges",
  "alb.ingress.kubernetes.io/inbound-cidrs",
];
const listAnnotations = [
  "service.beta.kubernetes.io/aws-load-balancer-security-group-prefix-lists",
  "alb.ingress.kubernetes.io/security-group-prefix-lists",
];

const settings = {
  ...groupSettings,
  prefixLists: strings("Ids of prefix lists whose ranges were checked and may be allowed.", {
    pattern: "^pl-[0-9a-f]{8,17}$",
    default: [],
  }),
} as const satisfies RuleSettings;
type Config = ConfigOf<typeof settings>;

export const publicRangesNarrow: StackRule<typeof settings> = {
  name: "public-ranges-narrow",
  title: "Ranges in prefix lists, annotations and IP sets are as narrow as those of security groups.",
  why: "A prefix list, a load balancer's source ranges or a web ACL's allow list that includes half the internet leaves open what appears closed.",
  fix: "Use only the ranges that need access; list your own public ranges in ownRanges, and other owners' prefix lists in prefixLists.",
  severity: "high",
  relatedChecks: { none: "the studied tools look for 0.0.0.0/0 in security groups only" },
  resourceTypes: [
    managedList,
    listEntry,
    ipSet,
    ruleGroup,
    ...webAcls,
    ...webAclRules,
    ...groups,
    ...chartReleases,
    "kubernetes:core/v1:Service",
    "kubernetes:core/v1:ServicePatch",
    "kubernetes:networking.k8s.io/v1:Ingress",
    "kubernetes:networking.k8s.io/v1:IngressPatch",
  ],
  example: {
    good: 'new ManagedPrefixList("offices", { entries: [{ cidr: "203.0.113.0/24" }] })',
    bad: 'new ManagedPrefixList("offices", { entries: [{ cidr: "0.0.0.0/1" }, { cidr: "128.0.0.0/1" }] })',
  },
  config: settings,

  *checkStack({ resources }, config) {
    const allowing = new Set(resources.flatMap(allowLists));
    for (const resource of resources) {
      for (const { path, ranges } of rangesOf(resource, allowing))
        for (const wide of tooWide(path, ranges, internetReach(config)))
          yield { ...wide, resource, allowed: allowedRanges };
      yield* foreignLists(resource, config);
    }
  },
};

interface Ranges {
  /** The path of the list. */
  readonly path: string;
  readonly ranges: readonly LocatedValue[];
}

function rangesOf(resource: StackResource, allowing: ReadonlySet<StackResource>): readonly Ranges[] {
  const { type, props } = resource;
  if (type === managedList) {
    const entries = locatedElements("entries", at(props, "entries"));
    const cidrs = entries.map(
      ({ path, value }): LocatedValue => ({ path: `${path}.cidr`, value: at(value, "cidr") }),
    );
    return [{ path: "entries", ranges: cidrs }];
  }
  if (type === listEntry) return [{ path: "cidr", ranges: [{ path: "cidr", value: at(props, "cidr") }] }];
  if (type === ipSet && allowing.has(resource))
    return [{ path: "addresses", ranges: locatedElements("addresses", at(props, "addresses")) }];
  if (balanced.test(type))
    return [
      ...sourceRanges("spec", at(props, "spec")),
      ...sourceRanges("metadata.annotations", at(props, "metadata", "annotations")),
    ];
  return chartReleases.includes(type) ? deepRanges("values", at(props, "values")) : [];
}

/** Source ranges of a load balancer, from a Service's spec or from annotations. */
function sourceRanges(path: string, fields: Value): readonly Ranges[] {
  const listed = at(fields, "loadBalancerSourceRanges");
  const listPath = `${path}.loadBalancerSourceRanges`;
  return [
    ...(listed === undefined ? [] : [{ path: listPath, ranges: locatedElements(listPath, listed) }]),
    ...rangeAnnotations.flatMap((name) => {
      const value = at(fields, name);
      const place = `${path}.${name}`;
      return value === undefined ? [] : [{ path: place, ranges: between(place, value) }];
    }),
  ];
}

/** The same, at any depth of a chart's values. */
function deepRanges(path: string, value: Value): readonly Ranges[] {
  if (isList(value)) return value.flatMap((inner, index) => deepRanges(`${path}.${index}`, inner));
  if (!isFields(value)) return [];
  const inner = Object.entries(value).flatMap(([key, one]) => deepRanges(`${path}.${key}`, one));
  return [...sourceRanges(path, value), ...inner];
}

/** The elements of a comma-separated string. */
function between(path: string, value: Value): readonly LocatedValue[] {
  if (typeof value !== "string") return [{ path, value: unknown }];
  return value.split(",").map((one) => ({ path, value: one.trim() }));
}

/** Prefix lists that are allowed, but neither created by the stack nor listed. */
function* foreignLists(resource: StackResource, config: Config): Generator<StackFinding> {
  for (const { path, value } of listsIn(resource, config))
    if (!isOwnList(value, resource) && !(typeof value === "string" && config.prefixLists.includes(value)))
      yield {
        resource,
        path,
        problem: "the ranges of another owner's prefix list can't be read",
        allowed: "a ManagedPrefixList of this stack, or an id in prefixLists, known at preview",
      };
}

function listsIn(resource: StackResource, config: Config): readonly LocatedValue[] {
  const { type, props } = resource;
  if (groups.includes(type)) {
    const closed = [...closedIngress(resource, config), ...closedEgress(resource)];
    // A rule whose direction is unknown is in both.
    return [...new Map(closed.flatMap((one) => one.prefixLists).map((one) => [one.path, one])).values()];
  }
  if (!balanced.test(type)) return [];
  const annotations = at(props, "metadata", "annotations");
  return listAnnotations.flatMap((name) => {
    const value = at(annotations, name);
    return value === undefined ? [] : between(`metadata.annotations.${name}`, value);
  });
}

/** Whether the stack creates a prefix list, whose ranges are then checked; an unknown one may be any that it depends on. */
function isOwnList(value: Value, resource: StackResource): boolean {
  const own = ["prefixListId", "prefixListIds", "ingress", "egress"]
    .flatMap((property) => resource.behind(property))
    .filter(isOf([managedList]));
  if (value === unknown) return own.length > 0;
  return own.some(({ outputs }) => at(outputs, "id") === value);
}

/** The IP sets by which a web ACL may allow requests: all that it depends on if one rule allows by an IP set. */
function allowLists(resource: StackResource): readonly StackResource[] {
  if (!isOf([...webAcls, ...webAclRules, ruleGroup])(resource)) return [];
  const rules: readonly Value[] = isOf(webAclRules)(resource)
    ? [resource.props]
    : locatedElements("rules", at(resource.props, "rules")).map(({ value }) => value);
  const sets = ["rules", "statement"].flatMap((property) => resource.behind(property)).filter(isOf([ipSet]));
  return rules.some(mayPass) ? sets : [];
}

/** Whether a rule may allow requests by an IP set: it allows its addresses, or exempts them from its action. */
function mayPass(rule: Value): boolean {
  if (!isFields(rule)) return true;
  const statement = at(rule, "statement");
  const action = at(rule, "action");
  const allows = action === unknown || at(action, "allow") !== undefined;
  return mentions(statement, "ipSetReferenceStatement") && (allows || mentions(statement, "notStatement"));
}

/** Whether statements include one of a kind; what can't be read may be of any kind. */
function mentions(value: Value, kind: string): boolean {
  if (isList(value)) return value.some((inner) => mentions(inner, kind));
  if (!isFields(value)) return value === unknown;
  return Object.entries(value).some(
    ([name, inner]) =>
      inner !== undefined && (name === kind || (/statements?$/i.test(name) && mentions(inner, kind))),
  );
}
