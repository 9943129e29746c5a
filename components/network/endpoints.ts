import type { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import type { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../shared/account.ts";

export interface EndpointsArgs {
  readonly account: Account;
  readonly vpcId: pulumi.Input<string>;
  /** The VPC's range, which may connect. */
  readonly cidr: string;
  /** One private subnet of each zone. */
  readonly subnets: readonly Subnet[];
  readonly tables: readonly RouteTable[];
}

/**
 * Interface endpoints cost about 7 dollars a month and zone, more than the NAT traffic that they save. These stand
 * because pods can't start without them: the images of EKS's add-ons and the credentials of Pod Identity then don't
 * hang on a NAT gateway.
 */
const interfaceEndpoints = ["ecr.api", "ecr.dkr", "eks-auth"] as const;

/** VPC endpoints: weights come from S3 over a gateway endpoint, which costs nothing. */
export class Endpoints extends pulumi.ComponentResource {
  constructor(name: string, args: EndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:network:Endpoints", name, {}, opts);
    this.createStorageEndpoint(name, args);
    this.createInterfaceEndpoints(name, args, this.createSecurityGroup(name, args));
    this.registerOutputs({});
  }

  private createStorageEndpoint(name: string, { account, vpcId, tables }: EndpointsArgs) {
    new VpcEndpoint(
      `${name}-s3`,
      {
        vpcId,
        serviceName: `com.amazonaws.${account.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: tables.map(({ id }) => id),
      },
      { parent: this },
    );
  }

  private createSecurityGroup(name: string, { vpcId, cidr }: EndpointsArgs): SecurityGroup {
    return new SecurityGroup(
      `${name}-endpoints`,
      {
        vpcId,
        description: "Interface endpoints of AWS services",
        ingress: [
          { description: "Nodes and pods", protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [cidr] },
        ],
      },
      { parent: this },
    );
  }

  private createInterfaceEndpoints(name: string, args: EndpointsArgs, securityGroup: SecurityGroup) {
    for (const service of interfaceEndpoints) {
      new VpcEndpoint(
        `${name}-${service.replace(".", "-")}`,
        {
          vpcId: args.vpcId,
          serviceName: `com.amazonaws.${args.account.region}.${service}`,
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: args.subnets.map(({ id }) => id),
          securityGroupIds: [securityGroup.id],
        },
        { parent: this },
      );
    }
  }
}
