/** API groups whose definitions a release of the product brings. Others come as objects, from files. */
const groups: Readonly<Record<string, readonly string[]>> = {
  "external-secrets": ["external-secrets.io"],
  "karpenter-crd": ["karpenter.sh", "karpenter.k8s.aws"],
  keda: ["keda.sh"],
  "prometheus-operator-crds": ["monitoring.coreos.com"],
};

/** Definitions in files that the program names; those of leader-worker sets have their name in the file's. */
const files: Readonly<Record<string, readonly string[]>> = {
  "/aws-load-balancer-controller/crds/crds.yaml": [
    "ingressclassparams.elbv2.k8s.aws",
    "targetgroupbindings.elbv2.k8s.aws",
  ],
  "/aws-load-balancer-controller/crds/gateway-crds.yaml": [
    "listenerruleconfigurations.gateway.k8s.aws",
    "loadbalancerconfigurations.gateway.k8s.aws",
    "targetgroupconfigurations.gateway.k8s.aws",
  ],
};

/** Finalizers that controllers put on objects, and the releases without which they are never removed. */
const finalizers: Readonly<Record<string, readonly [finalizer: string, release: string]>> = {
  TargetGroupBinding: ["elbv2.k8s.aws/resources", "aws-load-balancer-controller"],
  NodePool: ["karpenter.sh/termination", "karpenter"],
  EC2NodeClass: ["karpenter.k8s.aws/termination", "karpenter"],
  ScaledObject: ["finalizer.keda.sh", "keda"],
};

/** Names of the definitions in a file. @throws Error for a file that no stand-in knows */
export function definitionsIn(file: string): readonly string[] {
  const known = Object.keys(files).find((path) => file.endsWith(path));
  if (known !== undefined) return files[known] ?? [];
  const [, group, plural] = /\/crds\/([\w.-]+)_(\w+)\.yaml$/.exec(file) ?? [];
  if (group === undefined) throw new Error(`no stand-in for the file ${file}`);
  return [`${plural}.${group}`];
}

/** Whether the server knows an API group: its own, or one that a release or a definition brought. */
export function isServed(
  apiVersion: string,
  releases: readonly string[],
  definitions: readonly string[],
): boolean {
  const [group = "", version] = apiVersion.split("/");
  const isOwn = version === undefined || !group.includes(".") || group.endsWith(".k8s.io");
  if (isOwn && !group.endsWith(".x-k8s.io")) return true;
  const broughtBy = Object.keys(groups).find((release) => groups[release]?.includes(group));
  if (broughtBy !== undefined) return releases.includes(broughtBy);
  return definitions.some((definition) => definition.endsWith(`.${group}`));
}

export function finalizerOf(kind: string): string | undefined {
  return finalizers[kind]?.[0];
}

export function finalizedBy(kind: string): string | undefined {
  return finalizers[kind]?.[1];
}
