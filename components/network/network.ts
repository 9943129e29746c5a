import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import type { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import type { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../shared/account.ts";
import { Endpoints } from "./endpoints.ts";
import { FlowLogs } from "./flow-logs.ts";
import type { NetworkSettings } from "./network-settings.ts";
import { type RoutedSubnet, routedSubnet } from "./routed-subnet.ts";
import { planSubnets, type ZoneSubnets } from "./subnets.ts";
import { zonesOf } from "./zones.ts";

export interface NetworkArgs {
  readonly account: Account;
  /** The cluster whose controllers look for the subnets by their tags. */
  readonly clusterName: string;
  readonly choice: NetworkSettings;
  /** Bounds the role of the flow logs. @default none */
  readonly permissionsBoundary?: string | undefined;
  /** Refuse deletion of the flow logs and their key. */
  readonly protect: boolean;
  /** What is deleted after the VPC is gone, and therefore made before it. */
  readonly outlivedBy: readonly pulumi.Resource[];
}

/** Karpenter and the load balancer controller find subnets and security groups by this tag and the cluster's name. */
const discoveryTag = "karpenter.sh/discovery";

/** The network: private subnets for nodes and pods, public ones for NAT and the public load balancer. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** The VPC's range. */
  readonly cidr: string;
  /** Ranges of the private subnets; of a VPC that was there, its whole range. */
  readonly privateCidrs: readonly string[];
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  /** Ranges of the public subnets; of a VPC that was there, its whole range. */
  readonly publicCidrs: readonly string[];
  readonly publicSubnetIds: readonly pulumi.Output<string>[];
  /**
   * What nodes and controllers reach AWS through: NAT gateways, routes, endpoints. No output leads to them, so whatever
   * runs in the subnets names them as dependencies; otherwise they are deleted while the last nodes still need them.
   */
  readonly egress: readonly pulumi.Resource[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:network:Network", name, {}, opts);
    const { choice } = args;

    if (choice.existing) {
      const { vpcId, cidr, privateSubnetIds, publicSubnetIds = [] } = choice.existing;
      this.vpcId = pulumi.output(vpcId);
      this.cidr = cidr;
      this.privateCidrs = [cidr];
      this.privateSubnetIds = privateSubnetIds.map((id) => pulumi.output(id));
      this.publicCidrs = [cidr];
      this.publicSubnetIds = publicSubnetIds.map((id) => pulumi.output(id));
      this.egress = [];
    } else {
      const { cidr, zones, natGateways } = choice.create;
      const plan = planSubnets(cidr, zonesOf(args.account.region, zones));

      const vpc = this.createVpc(name, cidr, args);
      const internet = new InternetGateway(name, { vpcId: vpc.id }, { parent: this });
      const publicSubnets = this.createPublicSubnets(name, plan, vpc, internet);
      const gateways = this.createNatGateways(name, natGateways, publicSubnets, internet);
      const { subnets, tables, routes } = this.createPrivateSubnets(name, args, plan, vpc, gateways);
      const endpoints = new Endpoints(
        name,
        { account: args.account, vpcId: vpc.id, cidr, subnets, tables },
        { parent: this },
      );
      new FlowLogs(
        name,
        {
          account: args.account,
          vpcId: vpc.id,
          group: args.clusterName,
          permissionsBoundary: args.permissionsBoundary,
          protect: args.protect,
        },
        { parent: this },
      );

      this.vpcId = vpc.id;
      this.cidr = cidr;
      this.privateCidrs = plan.map(({ privateCidr }) => privateCidr);
      this.privateSubnetIds = subnets.map(({ id }) => id);
      this.publicCidrs = plan.map(({ publicCidr }) => publicCidr);
      this.publicSubnetIds = publicSubnets.map(({ subnet }) => subnet.id);
      this.egress = [...publicSubnets.map(({ route }) => route), ...routes, endpoints];
    }
    this.registerOutputs({});
  }

  /** The VPC, with an empty default security group: a resource that gets it by mistake reaches nothing. */
  private createVpc(name: string, cidr: string, { outlivedBy }: NetworkArgs): Vpc {
    const vpc = new Vpc(
      name,
      { cidrBlock: cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
      { parent: this, dependsOn: [...outlivedBy] },
    );
    new DefaultSecurityGroup(name, { vpcId: vpc.id, ingress: [], egress: [] }, { parent: this });
    return vpc;
  }

  private createPublicSubnets(
    name: string,
    plan: readonly ZoneSubnets[],
    vpc: Vpc,
    internet: InternetGateway,
  ): RoutedSubnet[] {
    const table = new RouteTable(
      `${name}-public`,
      { vpcId: vpc.id, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: internet.id }] },
      { parent: this },
    );
    const tags = { "kubernetes.io/role/elb": "1" };
    return plan.map(({ zone, publicCidr }) =>
      routedSubnet(`${name}-public-${zone.zone}`, { vpc, zone, cidrBlock: publicCidr, table, tags }, this),
    );
  }

  /** One of each zone by its name, or one for all. */
  private createNatGateways(
    name: string,
    count: number,
    publicSubnets: readonly RoutedSubnet[],
    internet: InternetGateway,
  ): Map<string, NatGateway> {
    const of = (subnet: RoutedSubnet, gatewayName: string) =>
      this.createNatGateway(gatewayName, subnet, internet);
    if (count > 1) {
      return new Map(publicSubnets.map((each) => [each.zone, of(each, `${name}-nat-${each.zone}`)]));
    }
    const [first] = publicSubnets;
    if (first === undefined) throw new RangeError(`${name}: at least one zone`);
    const shared = of(first, `${name}-nat`);
    return new Map(publicSubnets.map(({ zone }) => [zone, shared]));
  }

  /** EC2 refuses a NAT gateway before its VPC has an internet gateway, which can't be detached while addresses use it. */
  private createNatGateway(
    name: string,
    { subnet, route }: RoutedSubnet,
    internet: InternetGateway,
  ): NatGateway {
    const address = new Eip(
      name,
      { domain: "vpc", tags: { Name: name } },
      { parent: this, dependsOn: internet },
    );
    return new NatGateway(
      name,
      { subnetId: subnet.id, allocationId: address.id, tags: { Name: name } },
      // It stays in the subnet that it was made in, also when another zone is named first: moving it cuts connections.
      { parent: this, dependsOn: [internet, route], ignoreChanges: ["subnetId"] },
    );
  }

  private createPrivateSubnets(
    name: string,
    { clusterName }: NetworkArgs,
    plan: readonly ZoneSubnets[],
    vpc: Vpc,
    gateways: ReadonlyMap<string, NatGateway>,
  ): { subnets: Subnet[]; tables: RouteTable[]; routes: RouteTableAssociation[] } {
    const tables: RouteTable[] = [];
    const routed = plan.map(({ zone, privateCidr }) => {
      const subnetName = `${name}-private-${zone.zone}`;
      const gateway = gateways.get(zone.zone);
      if (gateway === undefined) throw new RangeError(`${name}: no NAT gateway for ${zone.zone}`);
      const table = new RouteTable(
        subnetName,
        {
          vpcId: vpc.id,
          routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: gateway.id }],
          tags: { Name: subnetName },
        },
        { parent: this },
      );
      tables.push(table);
      const tags = { "kubernetes.io/role/internal-elb": "1", [discoveryTag]: clusterName };
      return routedSubnet(subnetName, { vpc, zone, cidrBlock: privateCidr, table, tags }, this);
    });
    return {
      subnets: routed.map(({ subnet }) => subnet),
      tables,
      routes: routed.map(({ route }) => route),
    };
  }
}
