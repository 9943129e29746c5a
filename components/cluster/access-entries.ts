import type { AccessEntryArgs } from "@pulumi/eks/types/input.js";
import type { Input } from "@pulumi/pulumi";
import { type Account, clusterAccessPolicyArn } from "../shared/account.ts";

interface AccessArgs {
  readonly account: Account;
  /** ARNs of roles. */
  readonly admins: readonly string[];
}

/** IAM identities with access to the Kubernetes API. Managed node groups get their entries from EKS. */
export function accessEntries(
  { account, admins }: AccessArgs,
  gpuNodeRole: Input<string>,
): Record<string, AccessEntryArgs> {
  const admin = {
    policyArn: clusterAccessPolicyArn(account, "AmazonEKSClusterAdminPolicy"),
    accessScope: { type: "cluster" },
  };
  return {
    ...Object.fromEntries(
      admins.map((principalArn) => [entryName(principalArn), { principalArn, accessPolicies: { admin } }]),
    ),
    // Karpenter's nodes.
    "gpu-nodes": { principalArn: gpuNodeRole, type: "EC2_LINUX" },
  };
}

/** `<account>/<path and name>` of a role: whole, or two administrators could share an entry. */
function entryName(roleArn: string): string {
  const [, , , , account, role = ""] = roleArn.split(":");
  return `${account}/${role.replace(/^role\//, "")}`;
}
