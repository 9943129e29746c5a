/** The words of the AWS CLI that delete one thing of a kind. */
type Deletion = (id: string, arn: string) => string;

const byId =
  (words: string): Deletion =>
  (id) =>
    `${words} ${id}`;
const byArn =
  (words: string): Deletion =>
  (_, arn) =>
    `${words} ${arn}`;

/** By what an ARN has between the account and the thing's own name; first what holds others. */
const deletions: readonly (readonly [service: string, kind: RegExp, deletion: Deletion])[] = [
  ["eks", /^cluster\//, (id) => `eks delete-cluster --name ${id}`],
  [
    "elasticloadbalancing",
    /^loadbalancer\/(?=app|net)/,
    byArn("elbv2 delete-load-balancer --load-balancer-arn"),
  ],
  ["elasticloadbalancing", /^loadbalancer\//, byId("elb delete-load-balancer --load-balancer-name")],
  ["elasticloadbalancing", /^targetgroup\//, byArn("elbv2 delete-target-group --target-group-arn")],
  ["elasticache", /^replicationgroup:/, byId("elasticache delete-replication-group --replication-group-id")],
  ["ec2", /^instance\//, byId("ec2 terminate-instances --instance-ids")],
  ["ec2", /^launch-template\//, byId("ec2 delete-launch-template --launch-template-id")],
  ["ec2", /^natgateway\//, byId("ec2 delete-nat-gateway --nat-gateway-id")],
  ["ec2", /^elastic-ip\//, byId("ec2 release-address --allocation-id")],
  ["ec2", /^vpc-endpoint\//, byId("ec2 delete-vpc-endpoints --vpc-endpoint-ids")],
  ["ec2", /^network-interface\//, byId("ec2 delete-network-interface --network-interface-id")],
  ["ec2", /^snapshot\//, byId("ec2 delete-snapshot --snapshot-id")],
  ["ec2", /^volume\//, byId("ec2 delete-volume --volume-id")],
  ["ec2", /^security-group\//, byId("ec2 delete-security-group --group-id")],
  ["ec2", /^subnet\//, byId("ec2 delete-subnet --subnet-id")],
  ["ec2", /^vpc\//, byId("ec2 delete-vpc --vpc-id")],
  ["logs", /^log-group:/, byId("logs delete-log-group --log-group-name")],
  [
    "secretsmanager",
    /^secret:/,
    byArn("secretsmanager delete-secret --force-delete-without-recovery --secret-id"),
  ],
  ["ecr", /^repository\//, byId("ecr delete-repository --force --repository-name")],
  ["route53", /^hostedzone\//, byId("route53 delete-hosted-zone --id")],
  ["sns", /^/, byArn("sns delete-topic --topic-arn")],
  ["acm", /^certificate\//, byArn("acm delete-certificate --certificate-arn")],
  ["iam", /^role\/(?:.*\/)?/, byId("iam delete-role --role-name")],
  ["kms", /^key\//, byId("kms schedule-key-deletion --pending-window-in-days 7 --key-id")],
];

/** How something that stayed behind is deleted. */
export interface WayOut {
  /** A command of the AWS CLI, or what to do where one isn't enough. */
  readonly text: string;
  /** What has to go first has a smaller one. */
  readonly order: number;
}

export function deletionOf(arn: string): WayOut {
  const [, , service = "", region = "", , ...rest] = arn.split(":");
  const name = rest.join(":");
  const order = deletions.findIndex(([of, kind]) => of === service && kind.test(name));
  const [, kind, deletion] = deletions[order] ?? [];
  if (kind !== undefined && deletion !== undefined) {
    const place = region === "" ? "" : ` --region ${region}`;
    return { text: `aws ${deletion(name.replace(kind, ""), arn)}${place}`, order };
  }
  // Versions stay after `aws s3 rb --force`.
  const text =
    service === "s3"
      ? `empty it with all its versions, then: aws s3api delete-bucket --bucket ${name}`
      : `AWS's console for ${service} deletes it`;
  return { text, order: deletions.length };
}
