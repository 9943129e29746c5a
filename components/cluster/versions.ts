import { own } from "../shared/own.ts";

/** Everything that is pinned together with a Kubernetes version. */
export interface KubernetesRelease {
  /** EKS add-ons, as `aws eks describe-addon-versions` lists them. */
  readonly addOns: {
    readonly vpcCni: string;
    readonly coreDns: string;
    readonly kubeProxy: string;
    readonly podIdentityAgent: string;
    readonly ebsCsiDriver: string;
    readonly nodeMonitoringAgent: string;
  };
  /** Machine image of the system nodes: the EKS release version of AL2023. */
  readonly systemNodes: string;
  /** Machine image of GPU nodes: Karpenter's alias, of which it takes the NVIDIA variant for GPU instances. */
  readonly gpuNodes: string;
}

/**
 * Read from public configurations of running clusters in October and November 2026, not from the EKS API; the alias
 * from amazon-eks-ami's release of 2026-08-18. EKS refuses a version that it doesn't offer, before anything changes.
 */
const releases: Readonly<Record<string, KubernetesRelease>> = {
  "1.36": {
    addOns: {
      vpcCni: "v1.22.4-eksbuild.3",
      coreDns: "v1.14.3-eksbuild.23",
      kubeProxy: "v1.36.0-eksbuild.25",
      podIdentityAgent: "v1.3.10-eksbuild.3",
      ebsCsiDriver: "v1.66.0-eksbuild.1",
      // The tag of its own chart at v1.7.0.
      nodeMonitoringAgent: "v1.7.0-eksbuild.1",
    },
    systemNodes: "1.36.0-20260923",
    gpuNodes: "al2023@v20260818",
  },
};

/** Kubernetes versions whose add-ons and machine images are pinned here. */
export const kubernetesVersions: readonly string[] = Object.keys(releases);

/** @throws RangeError for a version without pins; the configuration's check names it before */
export function kubernetesRelease(version: string): KubernetesRelease {
  const release = own(releases, version);
  if (release === undefined) {
    throw new RangeError(
      `Kubernetes ${version} has no pinned add-ons; known: ${kubernetesVersions.join(", ")}`,
    );
  }
  return release;
}
