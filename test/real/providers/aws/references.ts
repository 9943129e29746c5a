import { isObject, type Properties, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Cloud, CloudObject } from "../cloud.ts";
import { text } from "../values.ts";
import type { Kind } from "./kind.ts";

/** Properties that name something of the account, and its type. */
const named: Readonly<Record<string, string>> = {
  bucket: "aws:s3/bucket:Bucket",
  clusterName: "aws:eks/cluster:Cluster",
  iamRoleArn: "aws:iam/role:Role",
  kmsKeyId: "aws:kms/key:Key",
  kmsMasterKeyId: "aws:kms/key:Key",
  listenerArn: "aws:lb/listener:Listener",
  loadBalancerArn: "aws:lb/loadBalancer:LoadBalancer",
  nodeRoleArn: "aws:iam/role:Role",
  parameterGroupName: "aws:elasticache/parameterGroup:ParameterGroup",
  queueUrl: "aws:sqs/queue:Queue",
  role: "aws:iam/role:Role",
  roleArn: "aws:iam/role:Role",
  rule: "aws:cloudwatch/eventRule:EventRule",
  secretId: "aws:secretsmanager/secret:Secret",
  subnetGroupName: "aws:elasticache/subnetGroup:SubnetGroup",
  targetKeyId: "aws:kms/key:Key",
  topic: "aws:sns/topic:Topic",
  webAclArn: "aws:wafv2/webAcl:WebAcl",
  zoneId: "aws:route53/zone:Zone",
};

/** Ids that EC2 gives, by their beginning. */
const numbered: Readonly<Record<string, string>> = {
  eipalloc: "aws:ec2/eip:Eip",
  igw: "aws:ec2/internetGateway:InternetGateway",
  lt: "aws:ec2/launchTemplate:LaunchTemplate",
  nat: "aws:ec2/natGateway:NatGateway",
  rtb: "aws:ec2/routeTable:RouteTable",
  subnet: "aws:ec2/subnet:Subnet",
  vpc: "aws:ec2/vpc:Vpc",
};

const targetGroup = "aws:lb/targetGroup:TargetGroup";

/** What a resource names that doesn't exist, in words; the service refuses it. */
export function missing(
  cloud: Cloud,
  { type, inputs }: Pick<CloudObject, "type" | "inputs">,
): string | undefined {
  const references = [...referencesIn(inputs)].filter(([kind]) => kind !== type);
  const [absent] = references.filter(([kind, value]) => find(cloud, kind, value) === undefined);
  return absent && `${absent[0].slice(absent[0].lastIndexOf(":") + 1)} ${absent[1]} does not exist`;
}

/** What still names an object and so keeps it from being deleted. */
export function holder(cloud: Cloud, object: CloudObject, kind: Kind): CloudObject | undefined {
  const names = [object.id, object.outputs.arn, ...(kind.alsoNamed?.(object.inputs, cloud) ?? [])];
  return (kind.heldBy ?? [])
    .flatMap((type) => cloud.ofType(type))
    .find(
      (other) => other.deleted === undefined && strings(other.inputs).some((value) => names.includes(value)),
    );
}

function find(cloud: Cloud, type: string, value: string): CloudObject | undefined {
  const found = cloud.get(type, value) ?? cloud.ofType(type).find(({ outputs }) => outputs.arn === value);
  return found?.deleted === undefined ? found : undefined;
}

/** The zone of a region's load balancers, and the public ones that the shipped configurations name. */
const outside = /^Z(35SXDOTRQ7X7K|0123456789)/;

function* referencesIn(inputs: Properties): Generator<readonly [type: string, value: string]> {
  for (const [key, value] of properties(inputs)) {
    const type = named[key] ?? typeOf(value);
    if (type === undefined || value === "" || (key === "zoneId" && outside.test(value))) continue;
    // An alias of a key may come before the key.
    if (type === named.kmsKeyId && value.startsWith("alias/")) continue;
    yield [type, value];
  }
}

/** The type that a value says by its form. */
function typeOf(value: string): string | undefined {
  if (/^arn:[^{}]*:targetgroup\/[^*]+$/.test(value)) return targetGroup;
  const [, prefix = ""] = /^([a-z]+)-[0-9a-f]{17}$/.exec(value) ?? [];
  return numbered[prefix];
}

function properties(value: Wire, key = ""): readonly (readonly [key: string, value: string])[] {
  if (Array.isArray(value)) return value.flatMap((item: Wire) => properties(item, key));
  if (isObject(value)) return Object.entries(value).flatMap(([inner, item]) => properties(item, inner));
  return typeof value === "string" ? [[key, text(value)]] : [];
}

function strings(value: Wire): readonly string[] {
  return properties(value).map(([, found]) => found);
}
