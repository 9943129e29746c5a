import { formatCidr, overlap, parseCidr } from "../components/network/cidr.ts";
import { serviceRange } from "../components/network/service-range.ts";
import { longestVpcPrefix } from "../components/network/subnets.ts";
import { findZone, zoneIds, zoneNames } from "../components/network/zones.ts";
import { type Problem, suggestion } from "../components/shared/problems.ts";
import type { Settings } from "./schema.ts";

/** Checks across fields of the network. */
export function networkProblems(network: Settings["network"], region: string): Problem[] {
  if (network.existing) {
    const path = "network.existing";
    const { cidr, privateSubnetIds } = network.existing;
    return [
      ...rangeProblems(`${path}.cidr`, cidr),
      ...repeated(`${path}.privateSubnetIds`, privateSubnetIds),
    ];
  }
  const { cidr, zones, natGateways } = network.create;
  return [
    ...rangeProblems("network.create.cidr", cidr),
    ...publicRangeProblems("network.create.cidr", cidr),
    ...zoneProblems(zones, region),
    ...natProblems(natGateways, typeof zones === "number" ? zones : zones.length),
  ];
}

/** AWS allows a VPC between /16 and /28; ours needs room for pods, and none of it may be a Service's address. */
function rangeProblems(path: string, cidr: string): Problem[] {
  const range = parseCidr(cidr);
  if (range === undefined)
    return [{ path, value: cidr, message: "not an IPv4 range; write it as 10.40.0.0/16" }];
  const problems: Problem[] = [];
  if (range.prefix < 16 || range.prefix > longestVpcPrefix) {
    problems.push({ path, value: cidr, message: `a VPC here is between /16 and /${longestVpcPrefix}` });
  }
  const begun = formatCidr(range);
  if (begun !== cidr)
    problems.push({ path, value: cidr, message: `begins in the middle of its range; write ${begun}` });
  const services = parseCidr(serviceRange);
  if (services !== undefined && overlap(range, services)) {
    problems.push({
      path,
      value: cidr,
      message: `overlaps ${serviceRange}, the addresses of Kubernetes Services; take another, such as 10.40.0.0/16`,
    });
  }
  return problems;
}

/** Ranges that no address on the internet is in: RFC 1918 and RFC 6598. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** AWS accepts any range, and routes inside the VPC whatever its real owners have there. */
function publicRangeProblems(path: string, cidr: string): Problem[] {
  const range = parseCidr(cidr);
  const isPrivate = privateRanges.some((allowed) => {
    const outer = parseCidr(allowed);
    return range && outer && range.prefix >= outer.prefix && overlap(range, outer);
  });
  if (range === undefined || isPrivate) return [];
  const message = `public addresses, whose owners couldn't be reached from the VPC; take a range of ${privateRanges.join(", ")}`;
  return [{ path, value: cidr, message }];
}

function zoneProblems(zones: number | readonly string[], region: string): Problem[] {
  const path = "network.create.zones";
  const ids = zoneIds(region);
  // A region that isn't known is a problem of its own.
  if (ids.length === 0) return [];
  if (typeof zones === "number") {
    if (zones <= ids.length) return [];
    const message = `${region} has ${ids.length} zones in which EKS makes clusters: ${ids.join(", ")}`;
    return [{ path, value: zones, message }];
  }
  const foreign = zones.flatMap((zone, index) => {
    if (findZone(region, zone) !== undefined) return [];
    const known = zone.includes("-az") ? ids : zoneNames(region);
    const message = `not a zone of ${region} in which EKS makes clusters${suggestion(zone, known)}`;
    return [{ path: `${path}.${index}`, value: zone, message }];
  });
  const kinds = new Set(zones.flatMap((zone) => findZone(region, zone)?.by ?? []));
  const mixed =
    kinds.size > 1
      ? [{ path, value: zones, message: "by id or by name, not both: one zone could stand there twice" }]
      : [];
  return [...foreign, ...mixed, ...repeated(path, zones)];
}

function natProblems(natGateways: number, zones: number): Problem[] {
  if (natGateways === 1 || natGateways === zones) return [];
  return [
    {
      path: "network.create.natGateways",
      value: natGateways,
      message: `1, or one per zone, which is ${zones}: other numbers cost more and protect no whole zone`,
    },
  ];
}

export function repeated(path: string, names: readonly string[]): Problem[] {
  const seen = new Set<string>();
  const again = names.find((name) => seen.size === seen.add(name).size);
  return again === undefined ? [] : [{ path, value: again, message: "duplicate; list each once" }];
}
