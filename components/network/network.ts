import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../shared/account.ts";
import { Endpoints } from "./endpoints.ts";
import { FlowLogs } from "./flow-logs.ts";
import { planSubnets, type ZoneSubnets, zoneNames } from "./subnets.ts";

/** A VPC to make, or one that is there. */
export type NetworkChoice =
  | {
      readonly create: {
        /** IPv4 range from /16 to /20. */
        readonly cidr: string;
        /** How many zones from the region's `a` on, or their names. */
        readonly zones: number | readonly string[];
        /** 1, or one per zone. */
        readonly natGateways: number;
      };
    }
  | {
      readonly existing: {
        readonly vpcId: string;
        readonly cidr: string;
        readonly privateSubnetIds: readonly string[];
        readonly publicSubnetIds: readonly string[];
      };
    };

export interface NetworkArgs {
  readonly account: Account;
  /** The cluster whose controllers look for the subnets by their tags. */
  readonly clusterName: string;
  readonly choice: NetworkChoice;
  /** Refuse deletion of the flow logs' key. */
  readonly protect: boolean;
}

/** Karpenter and the load balancer controller find subnets and security groups by this tag and the cluster's name. */
export const discoveryTag = "karpenter.sh/discovery";

/** Where everything runs: private subnets for nodes and pods, public ones for NAT and the public load balancer. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** The VPC's range. */
  readonly cidr: string;
  /** Ranges of the private subnets; of a VPC that was there, its whole range. */
  readonly privateCidrs: readonly string[];
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  readonly publicSubnetIds: readonly pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:network:Network", name, {}, opts);
    const { choice } = args;

    if ("existing" in choice) {
      const { vpcId, cidr, privateSubnetIds, publicSubnetIds } = choice.existing;
      this.vpcId = pulumi.output(vpcId);
      this.cidr = cidr;
      this.privateCidrs = [cidr];
      this.privateSubnetIds = privateSubnetIds.map((id) => pulumi.output(id));
      this.publicSubnetIds = publicSubnetIds.map((id) => pulumi.output(id));
    } else {
      const { cidr, zones, natGateways } = choice.create;
      const plan = planSubnets(cidr, zoneNames(args.account.region, zones));

      const vpc = this.createVpc(name, cidr);
      const publicSubnets = this.createPublicSubnets(name, plan, vpc);
      const gateways = this.createNatGateways(name, publicSubnets.slice(0, natGateways));
      const { subnets, tables } = this.createPrivateSubnets(name, args, plan, vpc, gateways);
      new Endpoints(name, { account: args.account, vpcId: vpc.id, cidr, subnets, tables }, { parent: this });
      new FlowLogs(
        name,
        { account: args.account, vpcId: vpc.id, group: args.clusterName, protect: args.protect },
        { parent: this },
      );

      this.vpcId = vpc.id;
      this.cidr = cidr;
      this.privateCidrs = plan.map(({ privateCidr }) => privateCidr);
      this.privateSubnetIds = subnets.map(({ id }) => id);
      this.publicSubnetIds = publicSubnets.map(({ id }) => id);
    }
    this.registerOutputs({});
  }

  /** The VPC, with its default security group emptied: what lands there by mistake reaches nothing. */
  private createVpc(name: string, cidr: string): Vpc {
    const vpc = new Vpc(
      name,
      { cidrBlock: cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
      { parent: this },
    );
    new DefaultSecurityGroup(name, { vpcId: vpc.id, ingress: [], egress: [] }, { parent: this });
    return vpc;
  }

  private createPublicSubnets(name: string, plan: readonly ZoneSubnets[], vpc: Vpc): Subnet[] {
    const internet = new InternetGateway(name, { vpcId: vpc.id }, { parent: this });
    const table = new RouteTable(
      `${name}-public`,
      { vpcId: vpc.id, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: internet.id }] },
      { parent: this },
    );
    const tags = { "kubernetes.io/role/elb": "1" };
    return plan.map(({ zone, publicCidr }) =>
      this.createSubnet(`${name}-public-${zone}`, { vpc, zone, cidrBlock: publicCidr, table, tags }),
    );
  }

  private createNatGateways(name: string, publicSubnets: readonly Subnet[]): NatGateway[] {
    return publicSubnets.map((subnet, index) => {
      const gatewayName = `${name}-nat-${index + 1}`;
      const address = new Eip(gatewayName, { domain: "vpc", tags: { Name: gatewayName } }, { parent: this });
      return new NatGateway(
        gatewayName,
        { subnetId: subnet.id, allocationId: address.id, tags: { Name: gatewayName } },
        { parent: this },
      );
    });
  }

  private createPrivateSubnets(
    name: string,
    { clusterName }: NetworkArgs,
    plan: readonly ZoneSubnets[],
    vpc: Vpc,
    gateways: readonly NatGateway[],
  ): { subnets: Subnet[]; tables: RouteTable[] } {
    const tables: RouteTable[] = [];
    const subnets = plan.map(({ zone, privateCidr }, index) => {
      const subnetName = `${name}-private-${zone}`;
      const gateway = gateways[index % gateways.length];
      if (gateway === undefined) throw new RangeError(`${name}: natGateways is at least 1`);
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
      return this.createSubnet(subnetName, { vpc, zone, cidrBlock: privateCidr, table, tags });
    });
    return { subnets, tables };
  }

  private createSubnet(
    name: string,
    {
      vpc,
      zone,
      cidrBlock,
      table,
      tags,
    }: {
      readonly vpc: Vpc;
      readonly zone: string;
      readonly cidrBlock: string;
      readonly table: RouteTable;
      readonly tags: Readonly<Record<string, string>>;
    },
  ): Subnet {
    const subnet = new Subnet(
      name,
      {
        vpcId: vpc.id,
        availabilityZone: zone,
        cidrBlock,
        mapPublicIpOnLaunch: false,
        tags: { Name: name, ...tags },
      },
      { parent: this },
    );
    new RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: table.id }, { parent: this });
    return subnet;
  }
}
