import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, elements, isFields, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { machines } from "../../read/engine/outside-compute.ts";
import { clusterComponent, clusters, nodeGroups, nodePool } from "../../read/kubernetes/cluster.ts";
import { fromBase64 } from "../../read/text/base64.ts";

/** Node groups whose images, disks, metadata, taints and limits no rule reads. */
const selfManaged: readonly string[] = ["eks:index:NodeGroup", "eks:index:NodeGroupV2"];
const fargate = "aws:eks/fargateProfile:FargateProfile";
const entry = "aws:eks/accessEntry:AccessEntry";
/** Entries by which machines join that no rule reads: hybrid nodes, and those of Auto Mode. [EKS API, access entries] */
const joiningEntries: readonly Value[] = [
  "HYBRID_LINUX",
  "EC2",
  "EC2_WINDOWS",
  "HYPERPOD_LINUX",
  "FARGATE_LINUX",
];
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
  relatedChecks: { none: "the studied tools only check managed node groups" },
  resourceTypes: [
    ...new Set([
      ...selfManaged,
      fargate,
      ...clusters,
      ...scalingGroups,
      ...machines,
      ...nodeGroups,
      nodePool,
      entry,
    ]),
  ],
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
    if (clusters.includes(type)) yield* hybrid(props);
    if (type === entry && joiningEntries.includes(at(props, "type")))
      yield {
        path: "type",
        problem: "machines that no rule reads join the cluster by it",
        allowed: "STANDARD or EC2_LINUX, or a name in otherNodes",
      };
    if (type === nodePool) yield* ofPool(props);
    if (nodeGroups.includes(type)) yield* ofGroup(type, props);
    if (machines.includes(type) && mayJoin(props))
      yield {
        path: "userData",
        problem: "the instance joins a cluster, and no rule reads its image, disk, taints and limits",
        allowed,
      };
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

/** Machines outside AWS as nodes. [EKS user guide, hybrid nodes] */
function* hybrid(props: Value): Generator<Finding> {
  const path = "remoteNetworkConfig";
  if (at(props, path) !== undefined)
    yield { path, problem: "machines outside the VPC may join as nodes", allowed: "unset" };
}

/** A pool of a class that rules read, and as large as configured: a static one ignores its limits. [Karpenter, NodePools] */
function* ofPool(props: Value): Generator<Finding> {
  if (at(props, "spec", "replicas") !== undefined)
    yield {
      path: "spec.replicas",
      problem: "the pool keeps this many nodes, whatever its limits of GPUs and CPUs",
      allowed: "unset, so that pods decide",
    };
  const reference = at(props, "spec", "template", "spec", "nodeClassRef");
  const kind = at(reference, "kind");
  if (reference !== undefined && kind !== "EC2NodeClass")
    yield {
      path: "spec.template.spec.nodeClassRef.kind",
      problem: "no rule reads nodes of this class",
      allowed: "EC2NodeClass of karpenter.k8s.aws, known at preview",
    };
}

/** Options of the component by which a node starts differently from its launch template. [@pulumi/eks, ManagedNodeGroup] */
const ownWays = ["userData", "bootstrapExtraArgs", "kubeletExtraArgs", "nodeadmExtraOptions", "amiId", "gpu"];

function* ofGroup(type: string, props: Value): Generator<Finding> {
  if (type !== "eks:index:ManagedNodeGroup") return;
  for (const path of ownWays)
    if (isOn(at(props, path)))
      yield {
        path,
        problem: "the component starts nodes in a way that no rule reads",
        allowed: "amiType, releaseVersion and a launch template of the stack, or a name in otherNodes",
      };
}

/** What makes an instance a node. [EKS user guide, self-managed nodes; nodeadm; Bottlerocket] */
const joining =
  /\/etc\/eks\/bootstrap|\bnodeadm\b|node\.eks\.aws\/[\s\S]*\bcluster:|\bkubeadm\s+join\b|\[settings\.kubernetes\]|\bk3s\s+agent\b|\bkubelet\b/;

function mayJoin(props: Value): boolean {
  const written = ["userData", "userDataBase64"].flatMap((path) => {
    const value = at(props, path);
    return typeof value === "string" ? [value, fromBase64(value)] : [];
  });
  return (
    written.some((text) => joining.test(text)) ||
    tagsOf(props).some((tags) => isFields(tags) && Object.keys(tags).some((key) => clusterTag.test(key)))
  );
}

/** The tags of an instance, and those that a template gives to its instances. */
function tagsOf(props: Value): readonly Value[] {
  const given = elements(at(props, "tagSpecifications"));
  return [at(props, "tags"), ...(given === unknown ? [] : given.map((one) => at(one, "tags")))];
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
