import { type Account, arn, type Statement } from "../shared/account.ts";

/**
 * The load balancer controller's permissions: register pods in target groups of this environment and let load balancers
 * reach them. Load balancers themselves belong to Pulumi, so it may not make, change or delete any.
 */
export function loadBalancerPermissions(args: {
  readonly account: Account;
  readonly clusterName: string;
  readonly environment: string;
}): Statement[] {
  const { account, clusterName, environment } = args;
  return [
    {
      Effect: "Allow",
      Action: [
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": account.region } },
    },
    {
      Effect: "Allow",
      Action: ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
      Resource: arn(account, "elasticloadbalancing", "targetgroup/*"),
      Condition: { StringEquals: { "aws:ResourceTag/Environment": environment } },
    },
    {
      Effect: "Allow",
      Action: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
      Resource: arn(account, "ec2", "security-group/*"),
      Condition: { StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${clusterName}`]: "owned" } },
    },
  ];
}
