import { formatCidr, parseCidr, part } from "./cidr.ts";

/** Zones that a VPC has room for: three quarters for pods, the last one for load balancers and NAT. */
export const mostZones = 3;
/** The smallest VPC: its private subnets have 1019 addresses each, about as many pods as 17 GPU nodes may run. */
export const longestVpcPrefix = 20;

/** The two subnets of one zone. */
export interface ZoneSubnets {
  /** As `us-east-1a`. */
  readonly zone: string;
  /** Nodes and pods: a quarter of the VPC. */
  readonly privateCidr: string;
  /** Public load balancers and NAT: a sixteenth of the VPC. */
  readonly publicCidr: string;
}

/**
 * The subnets of a VPC. A zone's ranges depend on its place only, so a third zone moves nothing of the first two.
 * @param cidr an IPv4 range of at most /20
 * @throws RangeError for a text that is no range
 */
export function planSubnets(cidr: string, zones: readonly string[]): ZoneSubnets[] {
  const vpc = parseCidr(cidr);
  if (vpc === undefined) throw new RangeError(`"${cidr}" is no IPv4 range`);
  const lastQuarter = part(vpc, 2, 3);
  return zones.map((zone, index) => ({
    zone,
    privateCidr: formatCidr(part(vpc, 2, index)),
    publicCidr: formatCidr(part(lastQuarter, 2, index)),
  }));
}

/** The zones that a configuration asks for: by name, or the first few of the region. */
export function zoneNames(region: string, zones: number | readonly string[]): readonly string[] {
  if (typeof zones !== "number") return zones;
  return ["a", "b", "c"].slice(0, zones).map((letter) => `${region}${letter}`);
}
