import { describe, expect, it } from "vitest";
import { difference } from "../../../scripts/plan/difference.ts";
import { at, find, fixturePlan, ofType, planWith, under } from "../../support/plan.ts";

const dev = fixturePlan("dev");
const prod = fixturePlan("prod");

describe("a network that is made", () => {
  it("has a public and a private subnet in each zone, tagged for EKS, load balancers and Karpenter", () => {
    expect(ofType(prod, "Subnet").map(({ name }) => name)).toEqual([
      "network-public-us-east-1a",
      "network-public-us-east-1b",
      "network-public-us-east-1c",
      "network-private-us-east-1a",
      "network-private-us-east-1b",
      "network-private-us-east-1c",
    ]);
    expect(at(find(prod, "Subnet", "network-private-us-east-1b"), "tags")).toEqual({
      Name: "network-private-us-east-1b",
      "kubernetes.io/role/internal-elb": "1",
      "karpenter.sh/discovery": "gantry-prod",
    });
    expect(at(find(prod, "Subnet", "network-public-us-east-1b"), "tags")).toEqual({
      Name: "network-public-us-east-1b",
      "kubernetes.io/role/elb": "1",
    });
  });

  it("sends private subnets out through one NAT gateway, or through the one of their own zone", () => {
    const route = (plan: typeof dev, name: string) => {
      const [gateway] = find(plan, "RouteTable", name).propertyDependencies.routes ?? [];
      return gateway?.split("::").at(-1);
    };
    expect(["a", "b"].map((zone) => route(dev, `network-private-us-east-1${zone}`))).toEqual([
      "network-nat-1",
      "network-nat-1",
    ]);
    expect(["a", "b", "c"].map((zone) => route(prod, `network-private-us-east-1${zone}`))).toEqual([
      "network-nat-1",
      "network-nat-2",
      "network-nat-3",
    ]);
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

  it("moves nothing that is there when a third zone is added", async () => {
    const network = { create: { cidr: "10.40.0.0/16", zones: 3, natGateways: 1 } };
    const found = difference(dev, await planWith("dev", "network", network));
    const changed = found
      .filter(({ kind }) => kind !== "create")
      .map(({ urn, fields }) => [urn.split("::").at(-1), fields]);
    // What stands in every zone is told of the new one; nothing is replaced.
    expect(changed).toEqual(
      expect.not.arrayContaining([
        expect.arrayContaining([expect.stringMatching(/^network-(private|public)-/)]),
      ]),
    );
    expect(found.filter(({ kind }) => kind === "delete")).toEqual([]);
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
  });
});
