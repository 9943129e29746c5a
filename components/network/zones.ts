import { own } from "../shared/own.ts";

/** The zones of a region: the numbers of their ids and the letters of their names. */
interface RegionZones {
  /** What ids begin with: `use1` of `use1-az4`. */
  readonly prefix: string;
  /** Numbers of the ids in which EKS makes clusters, in the order in which they are taken. */
  readonly numbers: readonly number[];
  /** Letters of the names. Which ID a letter refers to differs from account to account. */
  readonly letters: string;
}

const threeZones = { numbers: [1, 2, 3], letters: "abc" };

/**
 * Regions with EKS and their zones. Left out are the zones that EKS refuses for the subnets of a cluster: use1-az3,
 * usw1-az2 and cac1-az3 [EKS, VPC and subnet requirements], and apne1-az3, which newer accounts don't have.
 * [AWS, Regions and Availability Zones; AWS RAM, zone ids]
 */
const regions: Readonly<Record<string, RegionZones>> = {
  "af-south-1": { prefix: "afs1", ...threeZones },
  "ap-east-1": { prefix: "ape1", ...threeZones },
  "ap-east-2": { prefix: "ape2", ...threeZones },
  "ap-northeast-1": { prefix: "apne1", numbers: [1, 2, 4], letters: "abcd" },
  "ap-northeast-2": { prefix: "apne2", numbers: [1, 2, 3, 4], letters: "abcd" },
  "ap-northeast-3": { prefix: "apne3", ...threeZones },
  "ap-south-1": { prefix: "aps1", ...threeZones },
  "ap-south-2": { prefix: "aps2", ...threeZones },
  "ap-southeast-1": { prefix: "apse1", ...threeZones },
  "ap-southeast-2": { prefix: "apse2", ...threeZones },
  "ap-southeast-3": { prefix: "apse3", ...threeZones },
  "ap-southeast-4": { prefix: "apse4", ...threeZones },
  "ap-southeast-5": { prefix: "apse5", ...threeZones },
  "ap-southeast-6": { prefix: "apse6", ...threeZones },
  "ap-southeast-7": { prefix: "apse7", ...threeZones },
  "ca-central-1": { prefix: "cac1", numbers: [1, 2, 4], letters: "abd" },
  "ca-west-1": { prefix: "caw1", ...threeZones },
  "eu-central-1": { prefix: "euc1", ...threeZones },
  "eu-central-2": { prefix: "euc2", ...threeZones },
  "eu-north-1": { prefix: "eun1", ...threeZones },
  "eu-south-1": { prefix: "eus1", ...threeZones },
  "eu-south-2": { prefix: "eus2", ...threeZones },
  "eu-west-1": { prefix: "euw1", ...threeZones },
  "eu-west-2": { prefix: "euw2", ...threeZones },
  "eu-west-3": { prefix: "euw3", ...threeZones },
  "il-central-1": { prefix: "ilc1", ...threeZones },
  "me-central-1": { prefix: "mec1", ...threeZones },
  "me-south-1": { prefix: "mes1", ...threeZones },
  "mx-central-1": { prefix: "mxc1", ...threeZones },
  "sa-east-1": { prefix: "sae1", ...threeZones },
  "us-east-1": { prefix: "use1", numbers: [1, 2, 4, 5, 6], letters: "abcdef" },
  "us-east-2": { prefix: "use2", ...threeZones },
  "us-west-1": { prefix: "usw1", numbers: [1, 3], letters: "abc" },
  "us-west-2": { prefix: "usw2", numbers: [1, 2, 3, 4], letters: "abcd" },
};

/** Regions that an environment can be in. */
export const regionNames: readonly string[] = Object.keys(regions);

/** A zone with the place that is its own, whichever others an environment has. */
export interface Zone {
  /** As it is configured: an id such as `use1-az4`, the same zone in every account, or a name such as `us-east-1a`. */
  readonly zone: string;
  readonly by: "id" | "name";
  /** 0 to 5: the number of its id, or the place of its letter. */
  readonly place: number;
}

/** Ids of the region's zones in which EKS makes clusters; none for a region that isn't known. */
export function zoneIds(region: string): readonly string[] {
  const known = own(regions, region);
  return known === undefined ? [] : known.numbers.map((number) => `${known.prefix}-az${number}`);
}

/** Names that the region's zones can have in an account. */
export function zoneNames(region: string): readonly string[] {
  return [...(own(regions, region)?.letters ?? "")].map((letter) => `${region}${letter}`);
}

/** @returns `undefined` for what isn't a zone of the region in which EKS makes clusters */
export function findZone(region: string, zone: string): Zone | undefined {
  if (zoneIds(region).includes(zone)) return { zone, by: "id", place: Number(zone.at(-1)) - 1 };
  if (!zoneNames(region).includes(zone)) return undefined;
  return { zone, by: "name", place: zone.charCodeAt(zone.length - 1) - "a".charCodeAt(0) };
}

/**
 * The zones that a configuration means: those that it lists, or the first few of the region by id.
 * @throws RangeError for a zone that isn't known; the configuration's check names it before
 */
export function zonesOf(region: string, zones: number | readonly string[]): Zone[] {
  const wanted = typeof zones === "number" ? zoneIds(region).slice(0, zones) : zones;
  return wanted.map((zone) => {
    const found = findZone(region, zone);
    if (found === undefined) throw new RangeError(`"${zone}" is not a zone of ${region}`);
    return found;
  });
}
