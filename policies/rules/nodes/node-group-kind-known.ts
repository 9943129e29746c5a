import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, elements, orUnknown, type Value } from "../../framework/value.ts";
import { clusterComponent, clusters } from "../../read/kubernetes/cluster.ts";

/** Node groups whose images, disks, metadata, taints and limits no rule reads. */
const selfManaged: readonly string[] = ["eks:index:NodeGroup", "eks:index:NodeGroupV2"];
const fargate = "aws:eks/fargateProfile:FargateProfile";
const scalingGroups: readonly string[] = ["aws:autoscaling/group:Group", "aws:autoscaling/tag:Tag"];

const settings = {
  otherNodes: strings("Names of resources of other node group kinds whose nodes were checked.", {
    pattern: "^[\\w.-]+$",
    default: [],
  }),
} as const satisfies RuleSettings;

const allowed = "Karpenter pools and managed node groups with a launch template, or a name in otherNodes";

export const nodeGroupKindKnown: ResourceRule<typeof settings> = {
  name: "node-group-kind-known",
  title: "Nodes come only from Karpenter pools and managed node groups.",
  why: "A self-managed group, the component's default group, an Auto Scaling group, Fargate or Auto Mode launches nodes whose image, disk, taints and limits no rule sees, and Fargate doesn't enforce network policies.",
  fix: "Set skipDefaultNodeGroup true, and use a NodePool or an eks.ManagedNodeGroup; list another group in otherNodes.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools only check managed node groups" },
  resourceTypes: [...selfManaged, fargate, ...clusters, ...scalingGroups],
  example: {
    good: "skipDefaultNodeGroup: true",
    bad: "new eks.NodeGroupV2(name, { cluster, instanceType })",
  },
  config: settings,

  *check({ type, name, props }, { otherNodes }) {
    if (otherNodes.includes(name)) return;
    if (selfManaged.includes(type))
      yield { path: "type", problem: "no rule reads the nodes of this kind of node group", allowed };
    if (type === fargate)
      yield {
        path: "type",
        problem: "its pods run on Fargate, which doesn't enforce network policies",
        allowed,
      };
    if (type === clusterComponent) yield* ofComponent(props);
    else if (clusters.includes(type) && isOn(at(props, "computeConfig", "enabled")))
      yield { path: "computeConfig.enabled", problem: "EKS Auto Mode launches nodes", allowed };
    if (scalingGroups.includes(type) && joinsCluster(props))
      yield {
        path: "tags",
        problem: "the group's instances join a cluster, and no rule reads them",
        allowed,
      };
  },
};

/** Unset means that the component creates a default node group. [@pulumi/eks, ClusterOptions] */
function* ofComponent(props: Value): Generator<Finding> {
  if (at(props, "skipDefaultNodeGroup") !== true)
    yield {
      path: "skipDefaultNodeGroup",
      problem: "the component creates a default node group",
      allowed: "true",
    };
  for (const path of ["fargate", "nodeGroupOptions"])
    if (isOn(at(props, path)))
      yield { path, problem: "the component creates its own nodes", allowed: "unset" };
  if (isOn(at(props, "autoMode", "enabled")))
    yield { path: "autoMode.enabled", problem: "EKS Auto Mode launches nodes", allowed: "false, or unset" };
}

/** Nodes find their cluster by this tag. [EKS user guide, self-managed nodes] */
const clusterTag = /^(?:kubernetes\.io\/cluster\/|k8s\.io\/cluster-autoscaler\/|eks:cluster-name$)/;

function joinsCluster(props: Value): boolean {
  const single = at(props, "tag");
  const isOfCluster = (tag: Value) => {
    const key = at(tag, "key");
    return typeof key !== "string" || clusterTag.test(key);
  };
  return (
    orUnknown(elements(at(props, "tags"))).some(isOfCluster) || (single !== undefined && isOfCluster(single))
  );
}

function isOn(value: Value): boolean {
  return value !== undefined && value !== false;
}
