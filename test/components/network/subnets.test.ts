import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cidr, overlap, parseCidr } from "../../../components/network/cidr.ts";
import { longestVpcPrefix, planSubnets } from "../../../components/network/subnets.ts";
import { regionNames, zoneIds, zoneNames, zonesOf } from "../../../components/network/zones.ts";

const zones = zonesOf("us-east-1", 3);

function read(text: string): Cidr {
  const range = parseCidr(text);
  if (range === undefined) throw new Error(`"${text}" is not a range`);
  return range;
}

const vpcs = fc
  .record({
    a: fc.integer({ min: 1, max: 223 }),
    b: fc.integer({ min: 0, max: 255 }),
    prefix: fc.integer({ min: 16, max: longestVpcPrefix }),
  })
  .map(({ a, b, prefix }) => `${a}.${b}.0.0/${prefix}`);

/** Some zones of a region in any order, all by id or all by name. */
const someZones = fc.constantFrom(...regionNames).chain((region) =>
  fc
    .constantFrom(zoneIds(region), zoneNames(region))
    .chain((known) => fc.shuffledSubarray([...known], { minLength: 2 }))
    .map((wanted) => zonesOf(region, wanted)),
);

describe("the subnets of a VPC", () => {
  it("are an eighth for each zone's pods and a sixty-fourth for its load balancers", () => {
    expect(planSubnets("10.40.0.0/16", zones)).toEqual([
      { zone: zones[0], privateCidr: "10.40.0.0/19", publicCidr: "10.40.224.0/22" },
      { zone: zones[1], privateCidr: "10.40.32.0/19", publicCidr: "10.40.228.0/22" },
      { zone: zones[2], privateCidr: "10.40.96.0/19", publicCidr: "10.40.236.0/22" },
    ]);
  });

  it("don't overlap each other and lie in the VPC, whichever the zones", () => {
    fc.assert(
      fc.property(vpcs, someZones, (cidr, some) => {
        const subnets = planSubnets(cidr, some).flatMap(({ privateCidr, publicCidr }) => [
          read(privateCidr),
          read(publicCidr),
        ]);
        const vpc = read(cidr);
        for (const [index, subnet] of subnets.entries()) {
          expect(subnet.prefix).toBeGreaterThan(vpc.prefix);
          expect(overlap(subnet, vpc)).toBe(true);
          expect(subnets.slice(index + 1).some((later) => overlap(subnet, later))).toBe(false);
        }
      }),
    );
  });

  it("stay whichever other zones come, go or change places", () => {
    fc.assert(
      fc.property(vpcs, someZones, (cidr, some) => {
        for (const each of planSubnets(cidr, some)) expect(planSubnets(cidr, [each.zone])).toEqual([each]);
      }),
    );
  });

  it("are all within what AWS takes for a subnet, /16 to /28, in the smallest VPC too", () => {
    const [smallest] = planSubnets(`10.0.0.0/${longestVpcPrefix}`, zones);
    expect(smallest).toEqual({ zone: zones[0], privateCidr: "10.0.0.0/22", publicCidr: "10.0.28.0/25" });
  });

  it("are the VPC's own where its range was written with another of its addresses", () => {
    expect(planSubnets("10.40.77.9/16", zones)).toEqual(planSubnets("10.40.0.0/16", zones));
  });

  it("can't be planned for a text that is not a range", () => {
    expect(() => planSubnets("10.40.0.0", zones)).toThrow(new RangeError('"10.40.0.0" is not an IPv4 range'));
  });
});
