import type { Properties } from "../../plan/wire.ts";

/**
 * Paths whose change makes the provider create another object, besides the name and the namespace of every kind. By
 * group, version and kind. [pulumi/pulumi-kubernetes provider/pkg/provider/diff.go@94977969d641]
 */
const byKind: Readonly<Record<string, readonly string[]>> = {
  "apps/v1:DaemonSet": ["spec.selector"],
  "apps/v1:Deployment": ["spec.selector"],
  "apps/v1:StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/v1:Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "core/v1:PersistentVolumeClaim": [
    "spec.accessModes",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeName",
  ],
  "core/v1:ResourceQuota": ["spec.scopes"],
  "core/v1:Service": ["spec.clusterIP"],
  "rbac.authorization.k8s.io/v1:ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1:RoleBinding": ["roleRef"],
  "storage.k8s.io/v1:StorageClass": ["parameters", "provisioner"],
};

/** Kinds that the provider replaces by rules that aren't listed here: standalone pods and volumes. */
const unwritten = ["core/v1:Pod", "core/v1:PersistentVolume"];

const identity = ["metadata.name", "metadata.namespace"];

/** @returns undefined where the rules of the kind aren't known */
export function kubernetesReplaces(
  type: string,
  inputs: Properties,
  provider: Properties,
): readonly string[] | undefined {
  const kind = type.slice("kubernetes:".length);
  // provider/pkg/provider/helm_release.go Diff
  if (kind === "helm.sh/v3:Release") return ["name", "namespace"];
  if (unwritten.includes(kind)) return undefined;
  if (kind === "core/v1:Secret" && (!isOn(provider.enableSecretMutable) || inputs.immutable === true))
    return [...identity, "type", "stringData", "data"];
  if (kind === "core/v1:Secret") return [...identity, "type"];
  if (kind === "core/v1:ConfigMap" && (!isOn(provider.enableConfigMapMutable) || inputs.immutable === true))
    return [...identity, "binaryData", "data"];
  return [...identity, ...(byKind[kind] ?? [])];
}

/** Inputs of a provider are strings on the wire, as JSON where they aren't strings. [pulumi/pulumi developer docs, providers] */
function isOn(flag: unknown): boolean {
  return flag === true || flag === "true";
}
