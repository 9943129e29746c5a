import type { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import type { Vpc } from "@pulumi/aws/ec2/vpc.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Zone } from "./zones.ts";

/** A subnet with a route table. */
export interface RoutedSubnet {
  readonly zone: string;
  readonly subnet: Subnet;
  readonly route: RouteTableAssociation;
}

export interface RoutedSubnetArgs {
  readonly vpc: Vpc;
  readonly zone: Zone;
  readonly cidrBlock: string;
  readonly table: RouteTable;
  readonly tags: Readonly<Record<string, string>>;
}

/** A subnet of a zone with its route table, both under a component. */
export function routedSubnet(
  name: string,
  { vpc, zone, cidrBlock, table, tags }: RoutedSubnetArgs,
  parent: pulumi.Resource,
): RoutedSubnet {
  const subnet = new Subnet(
    name,
    {
      vpcId: vpc.id,
      ...(zone.by === "id" ? { availabilityZoneId: zone.zone } : { availabilityZone: zone.zone }),
      cidrBlock,
      mapPublicIpOnLaunch: false,
      tags: { Name: name, ...tags },
    },
    { parent },
  );
  const route = new RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: table.id }, { parent });
  return { zone: zone.zone, subnet, route };
}
