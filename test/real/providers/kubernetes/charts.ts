/** API groups that a chart of the product brings, by the chart's release. */
const groups: Readonly<Record<string, readonly string[]>> = {
  "aws-load-balancer-controller": ["elbv2.k8s.aws"],
  "external-secrets": ["external-secrets.io"],
  "karpenter-crd": ["karpenter.sh", "karpenter.k8s.aws"],
  keda: ["keda.sh"],
  monitoring: ["monitoring.coreos.com"],
};

/** Finalizers that controllers put on objects, and the releases without which they are never removed. */
const finalizers: Readonly<Record<string, readonly [finalizer: string, release: string]>> = {
  TargetGroupBinding: ["elbv2.k8s.aws/resources", "aws-load-balancer-controller"],
  NodePool: ["karpenter.sh/termination", "karpenter"],
  EC2NodeClass: ["karpenter.k8s.aws/termination", "karpenter"],
  ScaledObject: ["finalizer.keda.sh", "keda"],
};

/** The release that must be there before an object of this API version, or nothing for Kubernetes' own. */
export function definedBy(apiVersion: string): string | undefined {
  const [group = ""] = apiVersion.split("/");
  return Object.keys(groups).find((release) => groups[release]?.includes(group));
}

export function finalizerOf(kind: string): string | undefined {
  return finalizers[kind]?.[0];
}

export function finalizedBy(kind: string): string | undefined {
  return finalizers[kind]?.[1];
}
