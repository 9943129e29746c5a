import { karpenterPermissions } from "../../components/cluster/karpenter-permissions.ts";
import { loadBalancerPermissions } from "../../components/cluster/load-balancer-permissions.ts";
import { type Account, arn, type Statement, s3Arn } from "../../components/shared/account.ts";
import { environmentName } from "../environment-names.ts";

/** The managed policy that bounds what a deployment may give to an environment's roles. */
export function boundaryName(environment: string): string {
  return `gantry-boundary-${environment}`;
}

/**
 * The most that a role of an environment can do, regardless of its own policy: what its workloads need, of this
 * environment alone. IAM is read, and one role is passed on to nodes.
 * @param buckets the environment's own, by name
 */
export function boundaryStatements(
  account: Account,
  environment: string,
  buckets: readonly string[],
): Statement[] {
  const name = environmentName(environment);
  const of = (service: string, resource: string) => arn(account, service, resource);
  const allow = (
    Action: string,
    Resource: string | string[],
    Condition?: Statement["Condition"],
  ): Statement => ({
    Effect: "Allow",
    Action: Action.split(" "),
    Resource,
    ...(Condition && { Condition }),
  });
  return [
    allow(
      "s3:ListBucket",
      buckets.map((bucket) => s3Arn(account, bucket)),
    ),
    allow(
      "s3:GetObject s3:PutObject s3:DeleteObject s3:AbortMultipartUpload",
      buckets.map((bucket) => s3Arn(account, `${bucket}/*`)),
    ),
    allow(
      "secretsmanager:GetSecretValue secretsmanager:DescribeSecret",
      of("secretsmanager", `secret:gantry/${environment}/*`),
    ),
    allow("kms:Decrypt kms:GenerateDataKey", of("kms", "key/*"), {
      StringEquals: { "aws:ResourceTag/Environment": environment },
    }),
    allow("aps:RemoteWrite", of("aps", "workspace/ws-*")),
    allow("sns:Publish", of("sns", `${name}-*`)),
    // No resource could be named.
    allow("cloudwatch:GetMetricData cloudwatch:ListMetrics tag:GetResources", "*", {
      StringEquals: { "aws:RequestedRegion": account.region },
    }),
    // Of the roles, only that of the flow logs writes to CloudWatch.
    allow(
      "logs:CreateLogStream logs:PutLogEvents logs:DescribeLogGroups logs:DescribeLogStreams",
      of("logs", `log-group:/gantry/flow-logs/${name}*`),
    ),
    // Karpenter's and the load balancer controller's need no narrower bound than their own, which are by tags.
    ...karpenterPermissions({
      account,
      clusterName: name,
      nodeRoleName: `${name}-gpu-node`,
      queueName: `${name}-interruptions`,
    }),
    ...loadBalancerPermissions({ account, clusterName: name, environment }),
  ];
}
