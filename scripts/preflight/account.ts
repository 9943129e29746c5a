import { ACMClient, DescribeCertificateCommand } from "@aws-sdk/client-acm";
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
import { DescribeClusterCommand, EKSClient, paginateDescribeAddonVersions } from "@aws-sdk/client-eks";
import {
  DescribeAccountLimitsCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { GetBucketTaggingCommand, HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeSecretCommand,
  paginateListSecrets,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { ReservationFacts } from "./capacity.ts";
import type { BucketState, CertificateFacts } from "./names.ts";
import { type Quota, quotaOf } from "./quotas.ts";

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

/** The deployed cluster. */
export interface ClusterFacts {
  readonly version: string;
  readonly endpoint: string;
  /** The tag of the environment that it belongs to. */
  readonly environment: string | undefined;
}

/** Errors by which a service says that something isn't there. */
const absent =
  /NotFound|NoSuch|NonExistent|InvalidVpcID|InvalidSubnetID|InvalidCapacityReservationId|^ParameterNotFound$/;

/** What a service answers, or `undefined` where it says that there is no such thing. */
async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: Error) => {
    if (absent.test(error.name)) return undefined;
    throw error;
  });
}

/** Reads an account, and changes nothing: each method is one question. */
export class AccountReader {
  private readonly region: string;

  constructor(region: string) {
    this.region = region;
  }

  async identity(): Promise<{ readonly account: string; readonly arn: string }> {
    const { Account = "", Arn = "" } = await new STSClient(this.options).send(
      new GetCallerIdentityCommand({}),
    );
    return { account: Account, arn: Arn };
  }

  /** A limit as it is for this account, or AWS's default where no other was granted. */
  async quota({ service, code }: Quota): Promise<number> {
    const client = new ServiceQuotasClient(this.options);
    const about = { ServiceCode: service, QuotaCode: code };
    const applied = await found(client.send(new GetServiceQuotaCommand(about)));
    const { Quota: quota } = applied ?? (await client.send(new GetAWSDefaultServiceQuotaCommand(about)));
    if (quota?.Value === undefined) throw new Error(`quota ${code} of ${service} has no value`);
    return quota.Value;
  }

  /** vCPUs that run by quota code, without those of an environment. */
  async vcpus(environment: string): Promise<Record<string, number>> {
    const client = new EC2Client(this.options);
    const used: Record<string, number> = {};
    const states = [{ Name: "instance-state-name", Values: ["pending", "running"] }];
    for await (const page of paginateDescribeInstances({ client }, { Filters: states }))
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
    const client = new EC2Client(this.options);
    let count = 0;
    for await (const page of paginateDescribeVpcs({ client }, {})) count += page.Vpcs?.length ?? 0;
    return count;
  }

  async addressCount(): Promise<number> {
    const { Addresses = [] } = await new EC2Client(this.options).send(new DescribeAddressesCommand({}));
    return Addresses.length;
  }

  async loadBalancerCount(): Promise<number> {
    const client = new ElasticLoadBalancingV2Client(this.options);
    let count = 0;
    for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {}))
      count += LoadBalancers.filter(({ Type }) => Type === "application").length;
    return count;
  }

  /** Rules that a load balancer may have, without its default ones. */
  async rulesOfLoadBalancer(): Promise<number> {
    const client = new ElasticLoadBalancingV2Client(this.options);
    const { Limits = [] } = await client.send(new DescribeAccountLimitsCommand({}));
    return Number(Limits.find(({ Name }) => Name === "rules-per-application-load-balancer")?.Max ?? 100);
  }

  /** Ids of zones by their names in this account. */
  async zoneIds(): Promise<Record<string, string>> {
    const { AvailabilityZones = [] } = await new EC2Client(this.options).send(
      new DescribeAvailabilityZonesCommand({}),
    );
    return Object.fromEntries(AvailabilityZones.map(({ ZoneName = "", ZoneId = "" }) => [ZoneName, ZoneId]));
  }

  /** Ids of the zones that offer each type. */
  async offerings(types: readonly string[]): Promise<Record<string, string[]>> {
    const client = new EC2Client(this.options);
    const offered: Record<string, string[]> = {};
    const asked = {
      LocationType: "availability-zone-id" as const,
      Filters: [{ Name: "instance-type", Values: [...types] }],
    };
    for await (const { InstanceTypeOfferings = [] } of paginateDescribeInstanceTypeOfferings(
      { client },
      asked,
    ))
      for (const { InstanceType = "", Location = "" } of InstanceTypeOfferings)
        offered[InstanceType] = [...(offered[InstanceType] ?? []), Location].sort();
    return offered;
  }

  /** Those of these reservations that are there: EC2 refuses a list with one that isn't. */
  async reservations(ids: readonly string[]): Promise<ReservationFacts[]> {
    const client = new EC2Client(this.options);
    const answers = await Promise.all(
      ids.map((id) =>
        found(client.send(new DescribeCapacityReservationsCommand({ CapacityReservationIds: [id] }))),
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
    const client = new EC2Client(this.options);
    const cidrs: string[] = [];
    const pages = async () => {
      for await (const { Vpcs = [] } of paginateDescribeVpcs({ client }, { VpcIds: [id] }))
        cidrs.push(
          ...Vpcs.flatMap(({ CidrBlockAssociationSet = [], CidrBlock = "" }) => [
            CidrBlock,
            ...CidrBlockAssociationSet.map((each) => each.CidrBlock ?? ""),
          ]),
        );
      return true;
    };
    if ((await found(pages())) === undefined) return undefined;
    const { EnableDnsHostnames } = await client.send(
      new DescribeVpcAttributeCommand({ VpcId: id, Attribute: "enableDnsHostnames" }),
    );
    return { cidrs, dnsHostnames: EnableDnsHostnames?.Value === true };
  }

  async subnets(ids: readonly string[]): Promise<SubnetFacts[]> {
    const client = new EC2Client(this.options);
    const subnets: SubnetFacts[] = [];
    for await (const { Subnets = [] } of paginateDescribeSubnets(
      { client },
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

  /** Versions of an add-on that EKS offers for a Kubernetes version. */
  async addOnVersions(addonName: string, kubernetesVersion: string): Promise<string[]> {
    const client = new EKSClient(this.options);
    const versions: string[] = [];
    for await (const { addons = [] } of paginateDescribeAddonVersions(
      { client },
      { addonName, kubernetesVersion },
    ))
      versions.push(
        ...addons.flatMap(({ addonVersions = [] }) => addonVersions.map((each) => each.addonVersion ?? "")),
      );
    return versions;
  }

  async cluster(name: string): Promise<ClusterFacts | undefined> {
    const { cluster } =
      (await found(new EKSClient(this.options).send(new DescribeClusterCommand({ name })))) ?? {};
    if (cluster === undefined) return undefined;
    const { version = "", endpoint = "", tags = {} } = cluster;
    return { version, endpoint, environment: tags.Environment };
  }

  /** The value of a public parameter, such as a machine image's id. */
  async parameter(name: string): Promise<string | undefined> {
    const answer = await found(new SSMClient(this.options).send(new GetParameterCommand({ Name: name })));
    return answer?.Parameter?.Value;
  }

  async hasRole(name: string): Promise<boolean> {
    return (
      (await found(new IAMClient(this.options).send(new GetRoleCommand({ RoleName: name })))) !== undefined
    );
  }

  async bucket(name: string): Promise<BucketState> {
    const client = new S3Client({ ...this.options, followRegionRedirects: true });
    try {
      const { BucketRegion } = await client.send(new HeadBucketCommand({ Bucket: name }));
      const tags = await found(client.send(new GetBucketTaggingCommand({ Bucket: name })));
      const environment = tags?.TagSet?.find(({ Key }) => Key === "Environment")?.Value;
      return { kind: "ours", environment, region: BucketRegion ?? this.region };
    } catch (error) {
      const { $metadata, message } = error as { $metadata?: { httpStatusCode?: number }; message: string };
      if ($metadata?.httpStatusCode === 404) return { kind: "free" };
      // HEAD has no body: 403 is what another account's bucket answers. [Amazon S3 API, HeadBucket]
      if ($metadata?.httpStatusCode === 403) return { kind: "taken" };
      throw new Error(`bucket ${name}: ${message}`);
    }
  }

  async certificate(arn: string): Promise<CertificateFacts | undefined> {
    const [, , , region = this.region] = arn.split(":");
    const client = new ACMClient({ ...this.options, region });
    const { Certificate } =
      (await found(client.send(new DescribeCertificateCommand({ CertificateArn: arn })))) ?? {};
    if (Certificate === undefined) return undefined;
    const { Status = "", DomainName = "", SubjectAlternativeNames = [], NotAfter } = Certificate;
    return {
      status: Status,
      domains: [...new Set([DomainName, ...SubjectAlternativeNames])],
      ends: day(NotAfter),
    };
  }

  async hostedZone(id: string) {
    const answer = await found(new Route53Client(this.options).send(new GetHostedZoneCommand({ Id: id })));
    if (answer?.HostedZone === undefined) return undefined;
    return {
      name: (answer.HostedZone.Name ?? "").replace(/\.$/, ""),
      isPrivate: answer.HostedZone.Config?.PrivateZone === true,
      nameServers: answer.DelegationSet?.NameServers ?? [],
    };
  }

  /** Names under a prefix that were deleted and are kept for their recovery window. */
  async deletedSecrets(prefix: string): Promise<string[]> {
    const client = new SecretsManagerClient(this.options);
    const names: string[] = [];
    const asked = { IncludePlannedDeletion: true, Filters: [{ Key: "name" as const, Values: [prefix] }] };
    for await (const { SecretList = [] } of paginateListSecrets({ client }, asked))
      for (const { Name = "", DeletedDate } of SecretList)
        if (DeletedDate !== undefined && Name.startsWith(prefix)) names.push(Name);
    return names.sort();
  }

  /** Whether a secret is there, and has a value. */
  async secret(name: string): Promise<"missing" | "empty" | "filled"> {
    const answer = await found(
      new SecretsManagerClient(this.options).send(new DescribeSecretCommand({ SecretId: name })),
    );
    if (answer === undefined) return "missing";
    const stages = Object.values(answer.VersionIdsToStages ?? {}).flat();
    return stages.includes("AWSCURRENT") ? "filled" : "empty";
  }

  private get options() {
    return { region: this.region, maxAttempts: 2 };
  }
}

function day(date: Date | undefined): string | undefined {
  return date?.toISOString().slice(0, 10);
}
