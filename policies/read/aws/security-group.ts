import type { Finding, Resource } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, isFields, unknown, type Value } from "../../framework/value.ts";
import { type LocatedValue, locatedElements } from "../text/located-value.ts";
import { allowedRanges, internetReach, rangeSettings, tooWide } from "../text/wide-ranges.ts";

/** Of traffic, seen from what is protected. */
export type Direction = "ingress" | "egress";

export const securityGroup = "aws:ec2/securityGroup:SecurityGroup";
/** Rules of security groups that are resources of their own. */
export const securityGroupRules: Readonly<Record<Direction, readonly string[]>> = {
  ingress: [
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  ],
  egress: [
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  ],
};

/** Settings of the rules about security groups. */
export const groupSettings = {
  ...rangeSettings,
  publicGroups: strings(
    "Names of security group resources, or of separate rules, that may open ports 80 and 443 to every address.",
    { pattern: "^[\\w.-]+$", default: ["edge"] },
  ),
} as const satisfies RuleSettings;

/** The ranges and ports that one rule of a security group opens, in any of its forms. Other security groups are left out. */
export interface Opening {
  readonly protocol: Value;
  readonly fromPort: Value;
  readonly toPort: Value;
  readonly ranges: readonly LocatedValue[];
  /** Prefix lists of AWS or another owner. */
  readonly prefixLists: readonly LocatedValue[];
}

/** The openings in one direction, of a group with its rules or of a rule on its own. */
export function openings({ type, props }: Resource, direction: Direction): readonly Opening[] {
  if (type === securityGroup)
    return locatedElements(direction, at(props, direction)).map(({ path, value }) => opening(path, value));
  // Rules that are made for one direction state none.
  const other = direction === "ingress" ? "egress" : "ingress";
  return at(props, "type") === other ? [] : [opening("", props)];
}

function opening(path: string, fields: Value): Opening {
  const pathOf = (name: string) => (path === "" ? name : `${path}.${name}`);
  const list = (name: string) => locatedElements(pathOf(name), at(fields, name));
  const single = (name: string): readonly LocatedValue[] => {
    const value = at(fields, name);
    return value === undefined ? [] : [{ path: pathOf(name), value }];
  };
  const readable = isFields(fields) || fields === undefined;
  return {
    protocol: at(fields, "protocol") ?? at(fields, "ipProtocol"),
    fromPort: at(fields, "fromPort"),
    toPort: at(fields, "toPort"),
    ranges: readable
      ? [...list("cidrBlocks"), ...list("ipv6CidrBlocks"), ...single("cidrIpv4"), ...single("cidrIpv6")]
      : [{ path, value: unknown }],
    prefixLists: readable ? [...list("prefixListIds"), ...single("prefixListId")] : [],
  };
}

/** Ingress that must be closed to the internet: all but ports 80 and 443 of public groups. */
export function closedIngress(
  resource: Resource,
  { publicGroups }: ConfigOf<typeof groupSettings>,
): readonly Opening[] {
  const isPublic = publicGroups.includes(resource.name);
  return openings(resource, "ingress").filter((one) => !(isPublic && isOnlyPort(one, [80, 443])));
}

/** Egress that must be closed to the internet: all but HTTPS. */
export function closedEgress(resource: Resource): readonly Opening[] {
  return openings(resource, "egress").filter((one) => !isOnlyPort(one, [443]));
}

/** Whether nothing but one port of TCP is opened, and it is among these. */
function isOnlyPort({ protocol, fromPort, toPort }: Opening, ports: readonly number[]): boolean {
  return (
    (protocol === "tcp" || protocol === "6") &&
    fromPort === toPort &&
    typeof fromPort === "number" &&
    ports.includes(fromPort)
  );
}

/** What is opened to more of the internet than it may be. */
export function* wideOpenings(
  found: readonly Opening[],
  direction: Direction,
  settings: Parameters<typeof internetReach>[0],
): Generator<Finding> {
  const ranges = found.flatMap((one) => one.ranges);
  for (const wide of tooWide(direction, ranges, internetReach(settings)))
    yield { ...wide, allowed: allowedRanges };
}
