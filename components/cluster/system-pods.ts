/** Pods of one kind on the system nodes: their requests, and the limit of their memory. */
export interface SystemPods {
  readonly replicas: number;
  readonly millicpus: number;
  readonly memoryMiB: number;
  readonly memoryLimitMiB: number;
  /** Those without one give way to those with one. */
  readonly priorityClassName?: "system-cluster-critical";
  /** Two of the kind never share a node, by a required anti-affinity. */
  readonly apart?: true;
}

const critical = { priorityClassName: "system-cluster-critical" } as const;
const externalSecrets = { millicpus: 20, memoryMiB: 64, memoryLimitMiB: 256, ...critical };

/** The controllers: one leads and the other is on standby, so that losing a node doesn't stop a controller. */
export const controllerPods = {
  loadBalancer: { replicas: 2, millicpus: 50, memoryMiB: 128, memoryLimitMiB: 256, ...critical },
  // The chart's own anti-affinity. [karpenter 1.14 charts/karpenter/values.yaml]
  karpenter: {
    replicas: 2,
    millicpus: 250,
    memoryMiB: 512,
    memoryLimitMiB: 1024,
    apart: true,
    ...critical,
  },
  externalSecrets: { replicas: 2, ...externalSecrets },
  externalSecretsWebhook: { replicas: 2, ...externalSecrets },
  externalSecretsCertificates: { replicas: 1, ...externalSecrets },
  keda: { replicas: 2, millicpus: 100, memoryMiB: 128, memoryLimitMiB: 512, ...critical },
  kedaMetrics: { replicas: 2, millicpus: 50, memoryMiB: 128, memoryLimitMiB: 512, ...critical },
  kedaWebhooks: { replicas: 2, millicpus: 20, memoryMiB: 32, memoryLimitMiB: 128, ...critical },
  metricsServer: { replicas: 2, millicpus: 50, memoryMiB: 64, memoryLimitMiB: 256, ...critical },
} as const satisfies Record<string, SystemPods>;

/** The controller of replicas that span nodes. */
export const groupControllerPods: SystemPods = {
  replicas: 2,
  millicpus: 100,
  memoryMiB: 128,
  memoryLimitMiB: 512,
  ...critical,
};

/** EKS's add-ons, whose requests are their own and not set here. */
export const addOnPods = {
  // [EKS's own Deployment of two as eksctl recorded it: eksctl pkg/addons/default/testdata]
  coredns: { replicas: 2, millicpus: 100, memoryMiB: 70, memoryLimitMiB: 170, ...critical },
  // Six containers with 10m and 40Mi each. [aws-ebs-csi-driver charts/aws-ebs-csi-driver, controller and sidecars]
  ebsCsiController: {
    replicas: 2,
    millicpus: 60,
    memoryMiB: 240,
    memoryLimitMiB: 1536,
    ...critical,
  },
} as const satisfies Record<string, SystemPods>;

/** node-exporter, one on each node of the cluster. */
export const nodeExporterPod = { millicpus: 20, memoryMiB: 32, memoryLimitMiB: 128 } as const;

/** The requests of each DaemonSet's pod on each system node. */
export const systemNodePods: Readonly<Record<string, { millicpus: number; memoryMiB: number }>> = {
  // The network plugin and its policy agent, 25m each. [amazon-vpc-cni-k8s charts/aws-vpc-cni/values.yaml]
  "aws-node": { millicpus: 50, memoryMiB: 0 },
  // [EKS's own DaemonSet as eksctl recorded it: eksctl pkg/addons/default/testdata]
  "kube-proxy": { millicpus: 100, memoryMiB: 0 },
  // Three containers with 10m and 40Mi each. [aws-ebs-csi-driver charts/aws-ebs-csi-driver, node]
  "ebs-csi-node": { millicpus: 30, memoryMiB: 120 },
  // [eks-node-monitoring-agent charts/eks-node-monitoring-agent/values.yaml]
  "node-monitoring-agent": { millicpus: 10, memoryMiB: 30 },
  // [eks-pod-identity-agent charts/eks-pod-identity-agent/values.yaml, resources: {}]
  "eks-pod-identity-agent": { millicpus: 0, memoryMiB: 0 },
  "node-exporter": nodeExporterPod,
};

/** As a container's `resources`. CPU has no limit: a controller that is throttled misses its leader's lease. */
export function resources({
  millicpus,
  memoryMiB,
  memoryLimitMiB,
}: Pick<SystemPods, "millicpus" | "memoryMiB" | "memoryLimitMiB">) {
  return {
    requests: { cpu: `${millicpus}m`, memory: `${memoryMiB}Mi` },
    limits: { memory: `${memoryLimitMiB}Mi` },
  };
}
