import { describe, expect, it } from "vitest";
import { difference } from "../../../scripts/plan/difference.ts";
import { at, find, fixturePlan, ofType, planWith, under, waitsFor } from "../../support/plan.ts";

const dev = fixturePlan("dev");
const prod = fixturePlan("prod");

describe("a network that is made", () => {
  it("has a public and a private subnet in each zone, tagged for EKS, load balancers and Karpenter", () => {
    expect(ofType(prod, "Subnet").map(({ name }) => name)).toEqual([
      "network-public-use1-az1",
      "network-public-use1-az2",
      "network-public-use1-az4",
      "network-private-use1-az1",
      "network-private-use1-az2",
      "network-private-use1-az4",
    ]);
    expect(at(find(prod, "Subnet", "network-private-use1-az2"), "tags")).toEqual({
      Name: "network-private-use1-az2",
      "kubernetes.io/role/internal-elb": "1",
      "karpenter.sh/discovery": "gantry-prod",
    });
    expect(at(find(prod, "Subnet", "network-public-use1-az2"), "tags")).toEqual({
      Name: "network-public-use1-az2",
      "kubernetes.io/role/elb": "1",
    });
  });

  it("sends private subnets out through one NAT gateway, or through the one of their own zone", () => {
    const route = (plan: typeof dev, name: string) => {
      const [gateway] = find(plan, "RouteTable", name).propertyDependencies.routes ?? [];
      return gateway?.split("::").at(-1);
    };
    const zones = ["use1-az1", "use1-az2", "use1-az4"];
    const ways = (plan: typeof dev, of: readonly string[]) =>
      of.map((zone) => route(plan, `network-private-${zone}`));
    expect(ways(dev, zones.slice(0, 2))).toEqual(["network-nat", "network-nat"]);
    expect(ways(prod, zones)).toEqual(zones.map((zone) => `network-nat-${zone}`));
  });

  it("closes the default security group and keeps flow logs of everything", () => {
    expect(find(dev, "DefaultSecurityGroup", "network").inputs).toMatchObject({ ingress: [], egress: [] });
    expect(find(dev, "FlowLog", "network").inputs).toMatchObject({ trafficType: "ALL" });
  });

  it("reaches S3 without NAT from every private subnet", () => {
    const endpoint = find(dev, "VpcEndpoint", "network-s3");
    expect(endpoint.inputs).toMatchObject({
      vpcEndpointType: "Gateway",
      serviceName: "com.amazonaws.us-east-1.s3",
    });
    expect(endpoint.propertyDependencies.routeTableIds?.length).toBe(2);
  });

  it.each([
    ["a third zone at the end", ["use1-az1", "use1-az2", "use1-az6"]],
    ["a third zone at the beginning", ["use1-az6", "use1-az1", "use1-az2"]],
    ["another order", ["use1-az2", "use1-az1"]],
  ])("changes nothing of a zone that is there: %s", async (_, zones) => {
    const network = { create: { cidr: "10.40.0.0/16", zones, natGateways: 1 } };
    const changes = difference(dev, await planWith("dev", "network", network));
    expect(changes.filter(({ kind }) => kind === "delete")).toEqual([]);
    const updated = changes.filter(({ kind }) => kind === "update");
    // What is for all zones learns of the new one. The cluster does not: EKS refuses zones that it wasn't made with.
    for (const { urn, fields } of updated)
      expect([urn.split("::").at(-1), ...fields]).toEqual([
        expect.stringMatching(
          /^(network-(s3|ecr-api|ecr-dkr|eks-auth)|cluster-system|serving-\w+|a10g-class|cache|edge|gateway-gateway)$/,
        ),
        expect.stringMatching(/^(routeTableIds|subnetIds|subnets|spec|ingress|egress)$/),
      ]);
  });

  it("lets a NAT gateway in when there is a way to the internet, and out before that", () => {
    for (const [plan, gateway] of [
      [dev, "network-nat"],
      [prod, "network-nat-use1-az4"],
    ] as const) {
      expect(waitsFor(plan, find(plan, "NatGateway", gateway), "InternetGateway")).toEqual(["network"]);
      expect(waitsFor(plan, find(plan, "Eip", gateway), "InternetGateway")).toEqual(["network"]);
    }
  });
});

describe("a network that is there", () => {
  const existing = {
    vpcId: "vpc-0a1b2c3d",
    cidr: "10.9.0.0/16",
    privateSubnetIds: ["subnet-0a", "subnet-0b"],
    publicSubnetIds: ["subnet-0c", "subnet-0d"],
  };

  it("is used and not touched", async () => {
    const plan = await planWith("dev", "network", { existing });
    expect(under(plan, find(plan, "gantry:network:Network", "network"))).toEqual([]);
    expect(find(plan, "eks:index:Cluster", "cluster").inputs).toMatchObject({
      vpcId: "vpc-0a1b2c3d",
      subnetIds: ["subnet-0a", "subnet-0b"],
    });
    expect(find(plan, "LoadBalancer", "serving-default").inputs).toMatchObject({
      subnets: ["subnet-0a", "subnet-0b"],
    });
    expect(find(plan, "LoadBalancer", "edge").inputs).toMatchObject({ subnets: ["subnet-0c", "subnet-0d"] });
    // Another environment in the VPC has models.internal, perhaps.
    expect(find(plan, "Zone", "serving").inputs.name).toBe("dev.models.internal");
  });
});
