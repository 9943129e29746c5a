import type { ResourceRule } from "../../framework/rule.ts";
import { at, isList, unknown, type Value } from "../../framework/value.ts";
import { clusterComponent, clusters } from "../../read/kubernetes/cluster.ts";

export const clusterSecretsEncrypted: ResourceRule = {
  name: "cluster-secrets-encrypted",
  title: "Kubernetes Secrets are encrypted with a key of this account.",
  why: "Whoever reads a backup of etcd reads every Secret in it, unless they are encrypted with a key that the account can revoke.",
  fix: "Set encryptionConfigKeyArn to the ARN of a KMS key, or encryptionConfig with resources [secrets].",
  severity: "high",
  relatedChecks: ["CKV_AWS_58", "AWS-0039"],
  resourceTypes: clusters,
  example: { good: "encryptionConfigKeyArn: arn:aws:kms:…", bad: "encryptionConfigKeyArn: ''" },

  *check({ type, parentType, props }) {
    const [path, encrypted] =
      type === clusterComponent
        ? ["encryptionConfigKeyArn", isKey(at(props, "encryptionConfigKeyArn"))]
        : ["encryptionConfig", isConfigured(at(props, "encryptionConfig"), parentType)];
    if (encrypted) return;
    yield {
      path,
      problem: "Secrets are stored without encryption by a key of this account",
      allowed: "a KMS key for secrets",
    };
  },
};

/** An ARN is known only after the key is created. */
function isKey(value: Value): boolean {
  return value === unknown || (typeof value === "string" && value.startsWith("arn:"));
}

/**
 * The component computes the whole object from its key's ARN, so that it is unknown until there is a key; the component's
 * own inputs are checked in its place. [pulumi/pulumi-eks nodejs/eks/cluster/cluster.ts encryptionConfig]
 */
function isConfigured(value: Value, parentType: string | undefined): boolean {
  if (value === unknown && parentType === clusterComponent) return true;
  const resources = at(value, "resources");
  return isList(resources) && resources.includes("secrets") && isKey(at(value, "provider", "keyArn"));
}
