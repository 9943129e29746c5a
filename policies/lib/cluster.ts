/** The two forms of a cluster: the component of @pulumi/eks, and the resource that it makes. */
export const clusterComponent = "eks:index:Cluster";
export const clusters: readonly string[] = [clusterComponent, "aws:eks/cluster:Cluster"];

/** What installs a Helm chart: as one resource, or as the objects that it renders. */
export const chartReleases: readonly string[] = [
  "kubernetes:helm.sh/v3:Release",
  "kubernetes:helm.sh/v4:Chart",
];

/** Node groups that EKS manages. */
export const nodeGroups: readonly string[] = ["aws:eks/nodeGroup:NodeGroup", "eks:index:ManagedNodeGroup"];
export const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
export const nodeClass = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";
export const nodePool = "kubernetes:karpenter.sh/v1:NodePool";
