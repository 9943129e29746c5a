/** The two forms of a cluster: the component of @pulumi/eks, and the resource that it makes. */
export const clusterComponent = "eks:index:Cluster";
export const clusters: readonly string[] = [clusterComponent, "aws:eks/cluster:Cluster"];

/** Node groups that EKS manages. */
export const nodeGroups: readonly string[] = ["aws:eks/nodeGroup:NodeGroup", "eks:index:ManagedNodeGroup"];
export const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
export const nodeClass = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";
export const nodePool = "kubernetes:karpenter.sh/v1:NodePool";
