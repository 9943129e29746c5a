import { formatCidr, parseCidr, part } from "./cidr.ts";
import type { Zone } from "./zones.ts";

/** The smallest VPC: its private subnets have 1019 addresses each, about as many pods as 17 GPU nodes may run. */
export const longestVpcPrefix = 19;

/** The two subnets of one zone. */
export interface ZoneSubnets {
  readonly zone: Zone;
  /** Nodes and pods: an eighth of the VPC. */
  readonly privateCidr: string;
  /** Public load balancers and NAT: a sixty-fourth of the VPC. */
  readonly publicCidr: string;
}

/**
 * The subnets of a VPC. A zone's ranges depend on the zone alone, so whichever others come or go moves nothing of it:
 * of eight parts the first six are the private subnets of the zones by their place, and the last one holds the public
 * ones.
 * @param cidr an IPv4 range of at most /19
 * @throws RangeError for a text that is not a range
 */
export function planSubnets(cidr: string, zones: readonly Zone[]): ZoneSubnets[] {
  const vpc = parseCidr(cidr);
  if (vpc === undefined) throw new RangeError(`"${cidr}" is not an IPv4 range`);
  const lastEighth = part(vpc, 3, 7);
  return zones.map((zone) => ({
    zone,
    privateCidr: formatCidr(part(vpc, 3, zone.place)),
    publicCidr: formatCidr(part(lastEighth, 3, zone.place)),
  }));
}
