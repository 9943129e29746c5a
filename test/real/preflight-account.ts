import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from "@aws-sdk/client-ec2";
import { CreateClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { CreateBucketCommand, PutBucketTaggingCommand, S3Client } from "@aws-sdk/client-s3";
import { kubernetesRelease } from "../../components/cluster/versions.ts";
import { imageParameters } from "../../scripts/preflight/pinned.ts";
import type { StandInAccount } from "./account-stand-in.ts";

export const region = "us-east-1";
export const accountId = "111122223333";
const options = { region };

/** What a team that has done everything has, before its first `up`, as far as moto doesn't hold it. */
export function healthyAccount(): StandInAccount {
  const { addOns } = kubernetesRelease("1.36");
  const names = {
    "vpc-cni": addOns.vpcCni,
    coredns: addOns.coreDns,
    "kube-proxy": addOns.kubeProxy,
    "eks-pod-identity-agent": addOns.podIdentityAgent,
    "aws-ebs-csi-driver": addOns.ebsCsiDriver,
    "eks-node-monitoring-agent": addOns.nodeMonitoringAgent,
  };
  return {
    quotas: {
      "ec2/L-DB2E81BA": { value: 768 },
      "ec2/L-3819A6DF": { value: 64 },
      "ec2/L-417A185B": { value: 0, isDefault: true },
      "ec2/L-1216C47A": { value: 1920 },
      "ec2/L-0263D0A3": { value: 5, isDefault: true },
      "vpc/L-F678F1CE": { value: 10 },
      "elasticloadbalancing/L-53DA6B97": { value: 50, isDefault: true },
    },
    addOns: Object.fromEntries(
      Object.entries(names).map(([name, version]) => [name, { "1.36": ["v9.9.9-eksbuild.1", version] }]),
    ),
    parameters: Object.fromEntries(
      Object.values(imageParameters("1.36")).map((name, index) => [name, `ami-0${index}`]),
    ),
    reservations: {
      "cr-0a1b2c3d4e5f60718": reservation({}),
      "cr-00000000000000001": reservation({ state: "expired" }),
      "cr-00000000000000002": reservation({ instanceType: "p5.4xlarge" }),
      "cr-00000000000000003": reservation({ availabilityZone: "us-east-1f", availabilityZoneId: "use1-az5" }),
      "cr-00000000000000004": reservation({ totalInstanceCount: "0" }),
      "cr-00000000000000005": reservation({ endDate: "2026-11-28T11:30:00.000Z", endDateType: "limited" }),
    },
    foreignBuckets: ["taken-by-others"],
    broken: [],
  };
}

/** One p5.48xlarge in the first of the environment's zones, if not otherwise. */
function reservation(changes: Record<string, string>): Record<string, string> {
  return {
    instanceType: "p5.48xlarge",
    availabilityZone: "us-east-1b",
    availabilityZoneId: "use1-az2",
    totalInstanceCount: "1",
    availableInstanceCount: "1",
    state: "active",
    endDateType: "unlimited",
    ...changes,
  };
}

/** Ids of what moto made. */
export interface MadeInMoto {
  readonly zone: string;
  readonly otherZone: string;
  readonly privateZone: string;
  readonly nameServers: readonly string[];
  readonly certificate: string;
  readonly otherCertificate: string;
  readonly vpc: string;
  readonly bareVpc: string;
  /** One in each of three zones, and a second one in the first. */
  readonly subnets: readonly string[];
  readonly foreignSubnet: string;
}

/** Zones, certificates, buckets, roles and networks: what is right, and beside it what the faults name. */
export async function fillMoto(): Promise<MadeInMoto> {
  const [dns, acm, ec2, iam] = [
    new Route53Client(options),
    new ACMClient(options),
    new EC2Client(options),
    new IAMClient(options),
  ];
  const zone = async (name: string, vpc?: string) => {
    const made = await dns.send(
      new CreateHostedZoneCommand({
        Name: name,
        CallerReference: `${name}${vpc ?? ""}`,
        ...(vpc !== undefined && {
          VPC: { VPCId: vpc, VPCRegion: region },
          HostedZoneConfig: { PrivateZone: true },
        }),
      }),
    );
    return {
      id: `Z${made.HostedZone?.Id?.split("/").at(-1)}`,
      servers: made.DelegationSet?.NameServers ?? [],
    };
  };
  const certificate = async (domain: string) =>
    (await acm.send(new RequestCertificateCommand({ DomainName: domain, ValidationMethod: "DNS" })))
      .CertificateArn ?? "";
  const vpc = async (dnsHostnames: boolean) => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
    const id = Vpc?.VpcId ?? "";
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsHostnames: { Value: dnsHostnames } }));
    return id;
  };
  const subnet = async (VpcId: string, AvailabilityZone: string, third: number, mask = 24) =>
    (
      await ec2.send(
        new CreateSubnetCommand({ VpcId, AvailabilityZone, CidrBlock: `10.9.${third}.0/${mask}` }),
      )
    ).Subnet?.SubnetId ?? "";

  const role = (name: string, path?: string) =>
    iam.send(
      new CreateRoleCommand({
        RoleName: name,
        ...(path !== undefined && { Path: path }),
        AssumeRolePolicyDocument: "{}",
      }),
    );
  await role("platform");
  await role("AWSServiceRoleForEC2Spot", "/aws-service-role/spot.amazonaws.com/");
  const buckets: [string, string?, string?][] = [
    ["untagged"],
    ["of-staging", "staging"],
    ["of-dev", "dev"],
    ["in-europe", "dev", "eu-west-1"],
  ];
  for (const [name, environment, where = region] of buckets) {
    const s3 = new S3Client({ region: where });
    await s3.send(
      new CreateBucketCommand({
        Bucket: name,
        ...(where !== region && { CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
      }),
    );
    if (environment !== undefined)
      await s3.send(
        new PutBucketTaggingCommand({
          Bucket: name,
          Tagging: { TagSet: [{ Key: "Environment", Value: environment }] },
        }),
      );
  }
  const [own, bare] = [await vpc(true), await vpc(false)];
  const letters = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1a"];
  const subnets: string[] = [];
  for (const [third, letter] of letters.entries()) subnets.push(await subnet(own, letter, third));
  const right = await zone("example.com");
  return {
    zone: right.id,
    nameServers: right.servers,
    otherZone: (await zone("example.org")).id,
    privateZone: (await zone("dev.example.com", own)).id,
    certificate: await certificate("llm.example.com"),
    otherCertificate: await certificate("*.example.com.invalid"),
    ...{ vpc: own, bareVpc: bare, subnets },
    foreignSubnet: await subnet(bare, "us-east-1b", 0),
  };
}

/** A cluster as an environment's `up` leaves it. */
export async function makeCluster(name: string, version: string, environment: string) {
  await new EKSClient(options).send(
    new CreateClusterCommand({
      ...{ name, version, tags: { Environment: environment } },
      roleArn: `arn:aws:iam::${accountId}:role/cluster`,
      resourcesVpcConfig: { subnetIds: ["subnet-1", "subnet-2"] },
    }),
  );
}
