import { type Account, arn, iamArn, type Statement } from "../shared/account.ts";

/**
 * Karpenter's permissions: create, tag and terminate instances that carry this cluster's tags, and read what there is to buy.
 * [Karpenter 1.14, reference CloudFormation] Left out, because nothing here needs it: making instance profiles, which
 * node classes name instead, and zonal shift.
 */
export function karpenterPermissions(args: {
  readonly account: Account;
  readonly clusterName: string;
  readonly nodeRoleName: string;
  readonly queueName: string;
}): Statement[] {
  const { account, clusterName } = args;
  const owned = { [`kubernetes.io/cluster/${clusterName}`]: "owned" };
  const made = [
    "fleet",
    "instance",
    "volume",
    "network-interface",
    "launch-template",
    "spot-instances-request",
  ];
  const ec2 = (kinds: readonly string[]) => kinds.map((kind) => arn(account, "ec2", `${kind}/*`));
  /** Images and snapshots belong to no account. */
  const shared = (kind: string) => arn({ ...account, id: "" }, "ec2", `${kind}/*`);
  const onRequest = {
    ...tagged("aws:RequestTag", owned),
    "aws:RequestTag/eks:eks-cluster-name": clusterName,
  };
  const ofAPool = (prefix: string) => ({ StringLike: { [`${prefix}/karpenter.sh/nodepool`]: "*" } });
  return [
    {
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet"],
      Resource: [
        shared("image"),
        shared("snapshot"),
        // Shared subnets and reservations belong to other accounts.
        ...["security-group", "subnet", "capacity-reservation", "placement-group"].map((kind) =>
          arn({ ...account, id: "*" }, "ec2", `${kind}/*`),
        ),
      ],
    },
    {
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet"],
      Resource: ec2(["launch-template"]),
      Condition: { StringEquals: tagged("aws:ResourceTag", owned), ...ofAPool("aws:ResourceTag") },
    },
    {
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
      Resource: ec2(made),
      Condition: { StringEquals: onRequest, ...ofAPool("aws:RequestTag") },
    },
    {
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: ec2(made),
      Condition: {
        StringEquals: {
          ...onRequest,
          "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
        },
        ...ofAPool("aws:RequestTag"),
      },
    },
    {
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: ec2(["instance"]),
      Condition: {
        StringEquals: tagged("aws:ResourceTag", owned),
        ...ofAPool("aws:ResourceTag"),
        StringEqualsIfExists: { "aws:RequestTag/eks:eks-cluster-name": clusterName },
        "ForAllValues:StringEquals": {
          "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"],
        },
      },
    },
    {
      Effect: "Allow",
      Action: ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      Resource: ec2(["instance", "launch-template"]),
      Condition: { StringEquals: tagged("aws:ResourceTag", owned), ...ofAPool("aws:ResourceTag") },
    },
    {
      Effect: "Allow",
      Action: [
        "ec2:DescribeCapacityReservations",
        "ec2:DescribeImages",
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribePlacementGroups",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSpotPriceHistory",
        "ec2:DescribeSubnets",
      ],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": account.region } },
    },
    { Effect: "Allow", Action: ["pricing:GetProducts", "iam:ListInstanceProfiles"], Resource: "*" },
    { Effect: "Allow", Action: "iam:GetInstanceProfile", Resource: iamArn(account, "instance-profile/*") },
    {
      Effect: "Allow",
      Action: "ssm:GetParameter",
      Resource: arn({ ...account, id: "" }, "ssm", "parameter/aws/service/*"),
    },
    {
      Effect: "Allow",
      Action: "eks:DescribeCluster",
      Resource: arn(account, "eks", `cluster/${clusterName}`),
    },
    {
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: iamArn(account, `role/${args.nodeRoleName}`),
      Condition: { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } },
    },
    {
      Effect: "Allow",
      Action: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
      Resource: arn(account, "sqs", args.queueName),
    },
  ];
}

/** Condition keys for tags: `aws:ResourceTag/<tag>` by value. */
function tagged(prefix: string, tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`${prefix}/${tag}`, value]));
}
