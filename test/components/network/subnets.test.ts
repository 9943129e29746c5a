import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cidr, overlap, parseCidr } from "../../../components/network/cidr.ts";
import { longestVpcPrefix, mostZones, planSubnets, zoneNames } from "../../../components/network/subnets.ts";

const zones = ["us-east-1a", "us-east-1b", "us-east-1c"];

function read(text: string): Cidr {
  const range = parseCidr(text);
  if (range === undefined) throw new Error(`"${text}" is no range`);
  return range;
}

const vpcs = fc
  .record({
    a: fc.integer({ min: 1, max: 223 }),
    b: fc.integer({ min: 0, max: 255 }),
    prefix: fc.integer({ min: 16, max: longestVpcPrefix }),
  })
  .map(({ a, b, prefix }) => `${a}.${b}.0.0/${prefix}`);

describe("the subnets of a VPC", () => {
  it("are a quarter for each zone's pods and a sixteenth for its load balancers", () => {
    expect(planSubnets("10.40.0.0/16", zones)).toEqual([
      { zone: "us-east-1a", privateCidr: "10.40.0.0/18", publicCidr: "10.40.192.0/20" },
      { zone: "us-east-1b", privateCidr: "10.40.64.0/18", publicCidr: "10.40.208.0/20" },
      { zone: "us-east-1c", privateCidr: "10.40.128.0/18", publicCidr: "10.40.224.0/20" },
    ]);
  });

  it("don't overlap each other and lie in the VPC", () => {
    fc.assert(
      fc.property(vpcs, fc.integer({ min: 1, max: mostZones }), (cidr, count) => {
        const subnets = planSubnets(cidr, zones.slice(0, count)).flatMap(({ privateCidr, publicCidr }) => [
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

  it("stay when a zone is added", () => {
    fc.assert(
      fc.property(vpcs, (cidr) => {
        const three = planSubnets(cidr, zones);
        expect(planSubnets(cidr, zones.slice(0, 2))).toEqual(three.slice(0, 2));
        expect(planSubnets(cidr, zones.slice(0, 1))).toEqual(three.slice(0, 1));
      }),
    );
  });

  it("are all within what AWS takes for a subnet, /16 to /28, in the smallest VPC too", () => {
    const [smallest] = planSubnets(`10.0.0.0/${longestVpcPrefix}`, zones);
    expect(smallest).toEqual({ zone: "us-east-1a", privateCidr: "10.0.0.0/22", publicCidr: "10.0.12.0/24" });
  });

  it("are the VPC's own when the range was written with one of its other addresses", () => {
    for (const { privateCidr, publicCidr } of planSubnets("10.40.77.9/16", zones)) {
      expect(privateCidr).toMatch(/^10\.40\./);
      expect(publicCidr).toMatch(/^10\.40\./);
    }
  });

  it("are the VPC's own where its range was written with another of its addresses", () => {
    expect(planSubnets("10.40.77.9/16", zones)).toEqual(planSubnets("10.40.0.0/16", zones));
  });

  it("can't be planned for a text that is no range", () => {
    expect(() => planSubnets("10.40.0.0", zones)).toThrow(new RangeError('"10.40.0.0" is no IPv4 range'));
  });
});

describe("the zones of an environment", () => {
  it("are the first of the region when only their number is given", () => {
    expect(zoneNames("eu-central-1", 2)).toEqual(["eu-central-1a", "eu-central-1b"]);
    expect(zoneNames("eu-central-1", mostZones)).toEqual(["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
  });

  it("are those that were named, in their order", () => {
    expect(zoneNames("us-east-1", ["us-east-1d", "us-east-1b"])).toEqual(["us-east-1d", "us-east-1b"]);
  });
});
