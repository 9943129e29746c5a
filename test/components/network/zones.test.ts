import { describe, expect, it } from "vitest";
import { findZone, regionNames, zoneIds, zoneNames, zonesOf } from "../../../components/network/zones.ts";

/** Where EKS makes no cluster [EKS, VPC and subnet requirements], and what newer accounts don't have in Tokyo. */
const refused = ["use1-az3", "usw1-az2", "cac1-az3", "apne1-az3"];

describe("the zones of a region", () => {
  it("leave out those that EKS refuses", () => {
    const all = regionNames.flatMap(zoneIds);
    expect(all.filter((id) => refused.includes(id))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  });

  it("are two at least, which a cluster needs, and six at most, which a VPC has room for", () => {
    for (const region of regionNames) {
      expect(zoneIds(region).length).toBeGreaterThanOrEqual(2);
      for (const zone of [...zoneIds(region), ...zoneNames(region)]) {
        expect(findZone(region, zone)?.place).toBeGreaterThanOrEqual(0);
        expect(findZone(region, zone)?.place).toBeLessThanOrEqual(5);
      }
    }
  });

  it("each have a place of their own, by id and by name", () => {
    for (const region of regionNames)
      for (const known of [zoneIds(region), zoneNames(region)])
        expect(new Set(known.map((zone) => findZone(region, zone)?.place)).size).toBe(known.length);
  });

  it("are the first by id when only their number is given, so that every account has them", () => {
    expect(zonesOf("us-east-1", 3).map(({ zone }) => zone)).toEqual(["use1-az1", "use1-az2", "use1-az4"]);
    expect(zonesOf("us-west-1", 2).map(({ zone }) => zone)).toEqual(["usw1-az1", "usw1-az3"]);
  });

  it("are those that are listed, in their order", () => {
    expect(zonesOf("us-east-1", ["us-east-1d", "us-east-1b"])).toEqual([
      { zone: "us-east-1d", by: "name", place: 3 },
      { zone: "us-east-1b", by: "name", place: 1 },
    ]);
  });

  it("aren't those of another region, nor letters that the region doesn't have", () => {
    for (const zone of ["us-east-1g", "use1-az3", "eu-west-1a", "us-east-1", "use1-az7"])
      expect(() => zonesOf("us-east-1", [zone])).toThrow(
        new RangeError(`"${zone}" is not a zone of us-east-1`),
      );
    expect(zoneIds("us-east-9")).toEqual([]);
    expect(zoneNames("us-east-9")).toEqual([]);
  });
});
