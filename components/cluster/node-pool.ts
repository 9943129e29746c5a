import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type { Input } from "@pulumi/pulumi";
import { onlyReserved } from "../capacity/cost.ts";
import { instanceType } from "../capacity/instances.ts";
import type { GpuPoolSettings } from "./gpu-pool-settings.ts";
import { reservationIds } from "./reservation.ts";

/** The label that a pool's nodes carry and its pods select. */
export const poolLabel = "gantry.dev/pool";
/** The taint that keeps pods without a toleration off GPU nodes. */
export const gpuTaint = { key: "nvidia.com/gpu", effect: "NoSchedule" } as const;

/** Where a chart's pods run that belong on every GPU node and nowhere else. */
export const onGpuNodes = {
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: poolLabel, operator: "Exists" }] }],
      },
    },
  },
  tolerations: [{ ...gpuTaint, operator: "Exists" }],
} as const;

/** Images and caches are on the instance store, so the root disk holds the system and its logs. */
const defaultDiskGiB = 100;
/** A node whose last pod left waits this long for the next one: twice the pause between two scalings. */
const emptySeconds = 600;
/** From a pod's eviction until it has ended its longest stream (3600 s) and its successor is ready. */
const podMinutes = 65;

/** Until pods are stopped regardless of their disruption budget: it lets them go one after the other. */
function nodeMinutes({ instanceTypes }: GpuPoolSettings): number {
  const gpus = instanceTypes.map((name) => instanceType(name)?.gpu?.count ?? 1);
  return podMinutes * Math.max(...gpus);
}

export function nodePoolArgs(name: string, pool: GpuPoolSettings): CustomResourceArgs & { spec: object } {
  const reserved = onlyReserved(pool.capacity);
  return {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata: { name },
    spec: {
      template: {
        metadata: { labels: { [poolLabel]: name } },
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name },
          taints: [gpuTaint],
          requirements: [
            { key: "node.kubernetes.io/instance-type", operator: "In", values: [...pool.instanceTypes] },
            { key: "karpenter.sh/capacity-type", operator: "In", values: [...pool.capacity] },
            { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
          ],
          // Karpenter ends an expired node regardless of disruption budgets, all of a pool that started together
          // at once. A new machine image replaces nodes within them. [karpenter, disruption, forceful methods]
          expireAfter: "Never",
          terminationGracePeriod: `${nodeMinutes(pool)}m`,
        },
      },
      disruption: {
        // Never for being little used: that would move a pod that streams, and load its weights again.
        consolidationPolicy: "WhenEmpty",
        consolidateAfter: reserved ? "Never" : `${emptySeconds}s`,
        // Replacing nodes for a new image: one at a time; of a reserved pool by hand.
        budgets: [{ nodes: reserved ? "0" : "1" }],
      },
      limits: { "nvidia.com/gpu": pool.maxGpus },
    },
  };
}

/**
 * Pulls the layers of an image in parallel onto the instance store: an engine's image has 10 GB. nodeadm leaves it off
 * on machines that are too small for it. [amazon-eks-ami, nodeadm feature gates; a gate of this image and later ones]
 */
const nodeConfig = `apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  featureGates:
    FastImagePull: true
`;

export interface NodeClassArgs {
  readonly clusterName: string;
  readonly instanceProfile: string;
  /** Karpenter's alias of a machine image, with its version. */
  readonly image: string;
  readonly subnetIds: readonly Input<string>[];
  /** Instances don't inherit the provider's tags: Karpenter makes them. */
  readonly tags: Readonly<Record<string, string>>;
}

export function nodeClassArgs(
  name: string,
  pool: GpuPoolSettings,
  args: NodeClassArgs,
): CustomResourceArgs & { spec: object } {
  return {
    apiVersion: "karpenter.k8s.aws/v1",
    kind: "EC2NodeClass",
    metadata: { name },
    spec: {
      amiSelectorTerms: [{ alias: args.image }],
      instanceProfile: args.instanceProfile,
      subnetSelectorTerms: args.subnetIds.map((id) => ({ id })),
      // The group that EKS makes for the cluster and marks with its name.
      securityGroupSelectorTerms: [{ tags: { "aws:eks:cluster-name": args.clusterName } }],
      ...(pool.reservations !== undefined && {
        capacityReservationSelectorTerms: reservationIds(pool.reservations).map((id) => ({ id })),
      }),
      instanceStorePolicy: "RAID0",
      userData: nodeConfig,
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeSize: `${pool.diskGiB ?? defaultDiskGiB}Gi`,
            volumeType: "gp3",
            encrypted: true,
            deleteOnTermination: true,
          },
        },
      ],
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      tags: { ...args.tags, Name: `${args.clusterName}-${name}` },
    },
  };
}
