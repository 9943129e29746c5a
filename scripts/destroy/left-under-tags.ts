import { CloudWatchLogsClient, paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import { IAMClient, ListRoleTagsCommand, paginateListRoles } from "@aws-sdk/client-iam";
import { environmentName, environmentTags } from "../../stacks/environment-names.ts";
import type { Tagged } from "../recover/left-behind.ts";
import { taggedResources } from "../recover/tagged.ts";

type Tags = Readonly<Record<string, string>>;

/**
 * All that AWS has of an environment: what the program and the nodes tagged, what controllers made for its cluster under
 * tags of their own, roles, and the log group that EKS makes again when it writes after the group was deleted.
 */
export async function resourcesLeft(environment: string, region: string): Promise<Tagged[]> {
  const own = environmentTags(environment);
  const found = new Map<string, Tagged>();
  for (const tags of [own, ...controllerTags(environmentName(environment))])
    for (const one of await taggedResources(region, tags)) found.set(one.arn, one);
  for (const one of [...(await taggedRoles(own, region)), ...(await untaggedLogGroups(environment, region))])
    found.set(one.arn, one);
  return [...found.values()];
}

/**
 * What each controller writes on the load balancers, interfaces, disks and groups that it makes.
 * [VPC CNI: README, CLUSTER_NAME; AWS Load Balancer Controller: guide, tracking provider; Karpenter: NodeClasses,
 * spec.tags; EBS CSI driver: docs/tagging.md; EKS: security group of a cluster]
 */
function controllerTags(cluster: string): readonly Tags[] {
  return [
    { "cluster.k8s.amazonaws.com/name": cluster },
    { "elbv2.k8s.aws/cluster": cluster },
    { [`kubernetes.io/cluster/${cluster}`]: "owned" },
    { "eks:eks-cluster-name": cluster },
    { KubernetesCluster: cluster },
    { "aws:eks:cluster-name": cluster },
  ];
}

/** Roles under these tags, which AWS's list of tagged resources leaves out. */
async function taggedRoles(tags: Tags, region: string): Promise<Tagged[]> {
  const client = new IAMClient({ region });
  const found: Tagged[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client }, {}))
    for (const { RoleName = "", Arn = "", Path = "" } of Roles) {
      if (Path.startsWith("/aws-service-role/")) continue;
      const { Tags = [] } = await client.send(new ListRoleTagsCommand({ RoleName }));
      const has = ([key, value]: [string, string]) =>
        Tags.some((tag) => tag.Key === key && tag.Value === value);
      if (Object.entries(tags).every(has)) found.push({ arn: Arn, name: RoleName });
    }
  return found;
}

async function untaggedLogGroups(environment: string, region: string): Promise<Tagged[]> {
  const client = new CloudWatchLogsClient({ region });
  const prefix = `/aws/eks/${environmentName(environment)}/`;
  const found: Tagged[] = [];
  // The list of tags has it without the `:*` of its streams.
  for await (const { logGroups = [] } of paginateDescribeLogGroups(
    { client },
    { logGroupNamePrefix: prefix },
  ))
    for (const { logGroupName: name, arn = "" } of logGroups)
      found.push({ arn: arn.replace(/:\*$/, ""), name });
  return found;
}
