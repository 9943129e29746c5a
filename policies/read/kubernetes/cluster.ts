import { at, elements, unknown, type Value } from "../../framework/value.ts";
import { gpuFamily } from "./node-pool.ts";

/** The two forms of a cluster: the component of @pulumi/eks, and the resource that it makes. */
export const clusterComponent = "eks:index:Cluster";
export const clusters: readonly string[] = [clusterComponent, "aws:eks/cluster:Cluster"];

/** Types of the add-ons of a cluster. */
export const addOns: readonly string[] = ["aws:eks/addon:Addon", "eks:index:Addon", "eks:index:VpcCniAddon"];

/** What installs a Helm chart: as one resource, or as the objects that it renders. */
export const chartReleases: readonly string[] = [
  "kubernetes:helm.sh/v3:Release",
  "kubernetes:helm.sh/v4:Chart",
];

/** Node groups that EKS manages. */
export const nodeGroups: readonly string[] = ["aws:eks/nodeGroup:NodeGroup", "eks:index:ManagedNodeGroup"];
/** Images for nodes with accelerators. [EKS API, AMITypes] */
const acceleratedImage = /GPU|NVIDIA|NEURON/i;

/** Whether a managed node group may have accelerators: by its types, or by its image where a type isn't known. */
export function groupMayHaveGpus(props: Value): boolean {
  const types = elements(at(props, "instanceTypes"));
  const image = at(props, "amiType");
  if (image === unknown || (typeof image === "string" && acceleratedImage.test(image))) return true;
  return types === unknown || types.some((type) => typeof type !== "string" || gpuFamily.test(type));
}

export const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
export const nodeClass = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";
export const nodePool = "kubernetes:karpenter.sh/v1:NodePool";
