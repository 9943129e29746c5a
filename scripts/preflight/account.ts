import { ACMClient, DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { DescribeClusterCommand, EKSClient, paginateDescribeAddonVersions } from "@aws-sdk/client-eks";
import {
  DescribeAccountLimitsCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetPolicyCommand, GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
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
import { unlessAbsent } from "../absent.ts";
import { day, Ec2Reader } from "./ec2.ts";
import type { BucketState, CertificateFacts } from "./names.ts";
import type { Quota } from "./quotas.ts";

/** The deployed cluster. */
export interface ClusterFacts {
  readonly version: string;
  readonly endpoint: string;
  /** The tag of the environment that it belongs to. */
  readonly environment: string | undefined;
}

/** Reads an account, and changes nothing: each method is one query. */
export class AccountReader {
  readonly ec2: Ec2Reader;
  private readonly region: string;

  constructor(region: string) {
    this.region = region;
    this.ec2 = new Ec2Reader(this.options);
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
    const applied = await unlessAbsent(client.send(new GetServiceQuotaCommand(about)));
    const { Quota: quota } = applied ?? (await client.send(new GetAWSDefaultServiceQuotaCommand(about)));
    if (quota?.Value === undefined) throw new Error(`quota ${code} of ${service} has no value`);
    return quota.Value;
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
      (await unlessAbsent(new EKSClient(this.options).send(new DescribeClusterCommand({ name })))) ?? {};
    if (cluster === undefined) return undefined;
    const { version = "", endpoint = "", tags = {} } = cluster;
    return { version, endpoint, environment: tags.Environment };
  }

  /** The value of a public parameter, such as a machine image's id. */
  async parameter(name: string): Promise<string | undefined> {
    const answer = await unlessAbsent(
      new SSMClient(this.options).send(new GetParameterCommand({ Name: name })),
    );
    return answer?.Parameter?.Value;
  }

  async hasRole(name: string): Promise<boolean> {
    return (
      (await unlessAbsent(new IAMClient(this.options).send(new GetRoleCommand({ RoleName: name })))) !==
      undefined
    );
  }

  async hasPolicy(arn: string): Promise<boolean> {
    const answer = new IAMClient(this.options).send(new GetPolicyCommand({ PolicyArn: arn }));
    return (await unlessAbsent(answer)) !== undefined;
  }

  async bucket(name: string): Promise<BucketState> {
    const client = new S3Client({ ...this.options, followRegionRedirects: true });
    try {
      const { BucketRegion } = await client.send(new HeadBucketCommand({ Bucket: name }));
      const tags = await unlessAbsent(client.send(new GetBucketTaggingCommand({ Bucket: name })));
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
      (await unlessAbsent(client.send(new DescribeCertificateCommand({ CertificateArn: arn })))) ?? {};
    if (Certificate === undefined) return undefined;
    const { Status = "", DomainName = "", SubjectAlternativeNames = [], NotAfter } = Certificate;
    return {
      status: Status,
      domains: [...new Set([DomainName, ...SubjectAlternativeNames])],
      ends: day(NotAfter),
    };
  }

  async hostedZone(id: string) {
    const answer = await unlessAbsent(
      new Route53Client(this.options).send(new GetHostedZoneCommand({ Id: id })),
    );
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
    const answer = await unlessAbsent(
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
