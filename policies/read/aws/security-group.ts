import type { Finding, Resource } from "../../framework/rule.ts";
import type { Settings } from "../../framework/settings.ts";
import { at, isFields, unknown, type Value } from "../../framework/value.ts";
import { isNarrow, widerTogether } from "../text/cidr.ts";
import { type LocatedValue, locatedElements } from "../text/located-value.ts";
import { printable } from "../text/printable.ts";

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

/** No organisation's own network is wider than 10.0.0.0/8; IPv6 is handed to regions in ranges of /16 and longer. */
const shortest = { 4: 8, 6: 16 } as const;
const allowed = `ranges known at preview of /${shortest[4]} or longer (IPv6 /${shortest[6]}), at most as many addresses together`;

export const prefixListSettings = {
  prefixLists: {
    type: "array",
    description: "Ids of prefix lists that may be opened to, by whoever checked what they hold.",
    items: { type: "string", pattern: "^pl-[0-9a-f]{8,17}$" },
    minItems: 0,
    default: [],
  },
} as const satisfies Settings;

/** What one rule of a security group opens, however it is written. Other security groups are left out. */
export interface Opening {
  readonly protocol: Value;
  readonly fromPort: Value;
  readonly toPort: Value;
  readonly ranges: readonly LocatedValue[];
  /** Ranges that AWS or somebody else keeps. */
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

/** Whether nothing but one port of TCP is opened, and it is among these. */
export function isOnlyPort({ protocol, fromPort, toPort }: Opening, ports: readonly number[]): boolean {
  return (
    (protocol === "tcp" || protocol === "6") &&
    fromPort === toPort &&
    typeof fromPort === "number" &&
    ports.includes(fromPort)
  );
}

/** What is opened to too many addresses, range by range and all ranges together. */
export function* tooWide(
  found: readonly Opening[],
  direction: Direction,
  prefixLists: readonly string[],
): Generator<Finding> {
  const ranges = found.flatMap((one) => one.ranges);
  for (const { path, value } of ranges)
    if (!isNarrow(value, shortest))
      yield { path, problem: `range ${printable("cidr", value)} is too wide or no range`, allowed };
  const values = ranges.map(({ value }) => value);
  if (widerTogether(values, shortest))
    yield { path: direction, problem: "the ranges are too wide together", allowed };
  for (const { path, value } of found.flatMap((one) => one.prefixLists))
    if (typeof value !== "string" || !prefixLists.includes(value))
      yield {
        path,
        problem: "the ranges of a prefix list that isn't listed can't be read",
        allowed: "an id in prefixLists, known at preview",
      };
}
