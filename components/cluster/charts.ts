/** A Helm chart at one exact version. */
export interface Chart {
  /** Name in its repository, or the address of an OCI chart. */
  readonly chart: string;
  readonly version: string;
  /** Absent for OCI charts, whose name holds the registry. */
  readonly repositoryOpts?: { readonly repo: string };
}

/** Each read in its repository at this version, 2026-08 to 2026-10. */
export const charts = {
  loadBalancerController: {
    chart: "aws-load-balancer-controller",
    version: "3.5.0",
    repositoryOpts: { repo: "https://aws.github.io/eks-charts" },
  },
  karpenterCrd: { chart: "oci://public.ecr.aws/karpenter/karpenter-crd", version: "1.14.1" },
  karpenter: { chart: "oci://public.ecr.aws/karpenter/karpenter", version: "1.14.1" },
  externalSecrets: {
    chart: "external-secrets",
    version: "2.9.0",
    repositoryOpts: { repo: "https://charts.external-secrets.io" },
  },
  keda: { chart: "keda", version: "2.20.2", repositoryOpts: { repo: "https://kedacore.github.io/charts" } },
  metricsServer: {
    chart: "metrics-server",
    version: "3.13.0",
    repositoryOpts: { repo: "https://kubernetes-sigs.github.io/metrics-server/" },
  },
  devicePlugin: {
    chart: "nvidia-device-plugin",
    version: "0.20.0",
    repositoryOpts: { repo: "https://nvidia.github.io/k8s-device-plugin" },
  },
  /** Only where replicas span nodes. [llm-d's installation guide names this version] */
  leaderWorkerSet: { chart: "oci://registry.k8s.io/lws/charts/lws", version: "1.0.0" },
  efaDevicePlugin: {
    chart: "aws-efa-k8s-device-plugin",
    version: "v0.5.30",
    repositoryOpts: { repo: "https://aws.github.io/eks-charts" },
  },
} as const satisfies Record<string, Chart>;
