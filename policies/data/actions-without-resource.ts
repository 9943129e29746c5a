/**
 * Actions of the stack that AWS takes for all resources or for none, so that no statement can name any.
 * [docs.aws.amazon.com/service-authorization: actions without a resource type; Karpenter's own policies for
 * pricing and instance profiles. 2026-11]
 */
export const actionsWithoutResource: readonly string[] = [
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeCapacityReservations",
  "ec2:DescribeImages",
  "ec2:DescribeInstanceStatus",
  "ec2:DescribeInstanceTypeOfferings",
  "ec2:DescribeInstanceTypes",
  "ec2:DescribeInstances",
  "ec2:DescribeLaunchTemplates",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribePlacementGroups",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSpotPriceHistory",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcs",
  "elasticloadbalancing:DescribeTags",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
  "iam:ListInstanceProfiles",
  "pricing:GetProducts",
];
