import {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeCapacityReservationsCommand,
  DescribeVpcAttributeCommand,
  EC2Client,
  paginateDescribeInstances,
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import { unlessAbsent } from "../absent.ts";
import type { ReservationFacts } from "./capacity.ts";
import { quotaOf } from "./quotas.ts";

/** A subnet that is there already. */
export interface SubnetFacts {
  readonly id: string;
  readonly vpc: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly freeAddresses: number;
}

/** A VPC that is there already. */
export interface VpcFacts {
  readonly cidrs: readonly string[];
  readonly dnsHostnames: boolean;
}

/** Reads an account's EC2 resources in a region, and changes nothing: each method is one query. */
export class Ec2Reader {
  private readonly client: EC2Client;

  constructor(options: { readonly region: string; readonly maxAttempts: number }) {
    this.client = new EC2Client(options);
  }

  /** vCPUs that run by quota code, without those of an environment. */
  async vcpus(environment: string): Promise<Record<string, number>> {
    const used: Record<string, number> = {};
    const states = [{ Name: "instance-state-name", Values: ["pending", "running"] }];
    for await (const page of paginateDescribeInstances({ client: this.client }, { Filters: states }))
      for (const one of (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances)) {
        const isOurs = one.Tags?.some(({ Key, Value }) => Key === "Environment" && Value === environment);
        const market = one.InstanceLifecycle === "spot" ? "spot" : "on-demand";
        const code = quotaOf(one.InstanceType ?? "", market)?.code;
        const { CoreCount = 0, ThreadsPerCore = 1 } = one.CpuOptions ?? {};
        if (isOurs || code === undefined || one.CapacityReservationId !== undefined) continue;
        used[code] = (used[code] ?? 0) + CoreCount * ThreadsPerCore;
      }
    return used;
  }

  async vpcCount(): Promise<number> {
    let count = 0;
    for await (const page of paginateDescribeVpcs({ client: this.client }, {}))
      count += page.Vpcs?.length ?? 0;
    return count;
  }

  async addressCount(): Promise<number> {
    const { Addresses = [] } = await this.client.send(new DescribeAddressesCommand({}));
    return Addresses.length;
  }

  /** Ids of zones by their names in this account. */
  async zoneIds(): Promise<Record<string, string>> {
    const { AvailabilityZones = [] } = await this.client.send(new DescribeAvailabilityZonesCommand({}));
    return Object.fromEntries(AvailabilityZones.map(({ ZoneName = "", ZoneId = "" }) => [ZoneName, ZoneId]));
  }

  /** Ids of the zones that offer each type. */
  async offerings(types: readonly string[]): Promise<Record<string, string[]>> {
    const offered: Record<string, string[]> = {};
    const asked = {
      LocationType: "availability-zone-id" as const,
      Filters: [{ Name: "instance-type", Values: [...types] }],
    };
    for await (const { InstanceTypeOfferings = [] } of paginateDescribeInstanceTypeOfferings(
      { client: this.client },
      asked,
    ))
      for (const { InstanceType = "", Location = "" } of InstanceTypeOfferings)
        offered[InstanceType] = [...(offered[InstanceType] ?? []), Location].sort();
    return offered;
  }

  /** Those of these reservations that are there: EC2 refuses a list with one that isn't. */
  async reservations(ids: readonly string[]): Promise<ReservationFacts[]> {
    const answers = await Promise.all(
      ids.map((id) =>
        unlessAbsent(
          this.client.send(new DescribeCapacityReservationsCommand({ CapacityReservationIds: [id] })),
        ),
      ),
    );
    return answers.flatMap((answer) =>
      (answer?.CapacityReservations ?? []).map((one) => ({
        id: one.CapacityReservationId ?? "",
        state: one.State ?? "",
        type: one.InstanceType ?? "",
        zone: one.AvailabilityZone ?? "",
        zoneId: one.AvailabilityZoneId ?? "",
        total: one.TotalInstanceCount ?? 0,
        available: one.AvailableInstanceCount ?? 0,
        ends: day(one.EndDate),
      })),
    );
  }

  async vpc(id: string): Promise<VpcFacts | undefined> {
    const cidrs: string[] = [];
    const pages = async () => {
      for await (const { Vpcs = [] } of paginateDescribeVpcs({ client: this.client }, { VpcIds: [id] }))
        cidrs.push(
          ...Vpcs.flatMap(({ CidrBlockAssociationSet = [], CidrBlock = "" }) => [
            CidrBlock,
            ...CidrBlockAssociationSet.map((each) => each.CidrBlock ?? ""),
          ]),
        );
      return true;
    };
    if ((await unlessAbsent(pages())) === undefined) return undefined;
    const { EnableDnsHostnames } = await this.client.send(
      new DescribeVpcAttributeCommand({ VpcId: id, Attribute: "enableDnsHostnames" }),
    );
    return { cidrs, dnsHostnames: EnableDnsHostnames?.Value === true };
  }

  async subnets(ids: readonly string[]): Promise<SubnetFacts[]> {
    const subnets: SubnetFacts[] = [];
    for await (const { Subnets = [] } of paginateDescribeSubnets(
      { client: this.client },
      { Filters: [{ Name: "subnet-id", Values: [...ids] }] },
    ))
      for (const one of Subnets)
        subnets.push({
          id: one.SubnetId ?? "",
          vpc: one.VpcId ?? "",
          zone: one.AvailabilityZone ?? "",
          zoneId: one.AvailabilityZoneId ?? "",
          freeAddresses: one.AvailableIpAddressCount ?? 0,
        });
    return subnets;
  }
}

/** A date as `YYYY-MM-DD`. */
export function day(date: Date | undefined): string | undefined {
  return date?.toISOString().slice(0, 10);
}
