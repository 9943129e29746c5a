/** A Helm chart at one exact version. */
export interface ChartSource {
  /** Name in its repository, or the address of an OCI chart. */
  readonly chart: string;
  readonly version: string;
  /** Absent for OCI charts, whose name holds the registry. */
  readonly repositoryOpts?: { readonly repo: string };
}

/** A pinned Helm chart with the release that it is installed as. */
export interface Chart extends ChartSource {
  /** The release's name: one of each in a cluster. */
  readonly release: string;
  /**
   * Where the chart's custom resource definitions come from. Helm installs those in a chart's `crds` folder once and
   * never updates them [Helm, custom resource definitions], so they are left out and installed by another chart or from
   * files. `templates`: the chart has them among its templates and Helm updates them. `none`: the chart has none.
   */
  readonly definitions:
    | "none"
    | "templates"
    | { readonly chart: ChartSource; readonly release: string }
    | { readonly files: readonly string[] };
}

/** The load balancer controller's repository at v3.5.0. */
const loadBalancerSource =
  "https://raw.githubusercontent.com/kubernetes-sigs/aws-load-balancer-controller/11eb202c97e4ae2ee45e0658c4cde9a4b59f33d4/helm/aws-load-balancer-controller/crds";

/** Each read in its repository at this version, 2026-08 to 2026-10. */
export const controllerCharts = {
  loadBalancerController: {
    chart: "aws-load-balancer-controller",
    version: "3.5.0",
    repositoryOpts: { repo: "https://aws.github.io/eks-charts" },
    release: "aws-load-balancer-controller",
    definitions: {
      files: [`${loadBalancerSource}/crds.yaml`, `${loadBalancerSource}/gateway-crds.yaml`],
    },
  },
  karpenter: {
    chart: "oci://public.ecr.aws/karpenter/karpenter",
    version: "1.14.1",
    release: "karpenter",
    definitions: {
      chart: { chart: "oci://public.ecr.aws/karpenter/karpenter-crd", version: "1.14.1" },
      release: "karpenter-crd",
    },
  },
  externalSecrets: {
    chart: "external-secrets",
    version: "2.9.0",
    repositoryOpts: { repo: "https://charts.external-secrets.io" },
    release: "external-secrets",
    definitions: "templates",
  },
  keda: {
    chart: "keda",
    version: "2.20.2",
    repositoryOpts: { repo: "https://kedacore.github.io/charts" },
    release: "keda",
    definitions: "templates",
  },
  metricsServer: {
    chart: "metrics-server",
    version: "3.13.0",
    repositoryOpts: { repo: "https://kubernetes-sigs.github.io/metrics-server/" },
    release: "metrics-server",
    definitions: "none",
  },
  devicePlugin: {
    chart: "nvidia-device-plugin",
    version: "0.20.0",
    repositoryOpts: { repo: "https://nvidia.github.io/k8s-device-plugin" },
    release: "nvidia-device-plugin",
    definitions: "none",
  },
  /** Only where replicas span nodes. [llm-d's installation guide names this version] */
  leaderWorkerSet: {
    chart: "oci://registry.k8s.io/lws/charts/lws",
    version: "1.0.0",
    release: "lws",
    definitions: {
      files: ["leaderworkersets", "disaggregatedsets", "disaggregatedsetrolescalers"].map(
        (kind) =>
          `https://raw.githubusercontent.com/kubernetes-sigs/lws/v1.0.0/charts/lws/crds/${kind === "leaderworkersets" ? "leaderworkerset" : "disaggregatedset"}.x-k8s.io_${kind}.yaml`,
      ),
    },
  },
  efaDevicePlugin: {
    chart: "aws-efa-k8s-device-plugin",
    version: "v0.5.30",
    repositoryOpts: { repo: "https://aws.github.io/eks-charts" },
    release: "aws-efa-k8s-device-plugin",
    definitions: "none",
  },
} as const satisfies Record<string, Chart>;
