import { clusterAccessByEntries as rule } from "../../../../policies/rules/cluster/cluster-access-by-entries.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { clusterWith } from "../../fixtures/cluster.ts";

const mode = (authenticationMode: Given["props"][string]) => clusterWith({ authenticationMode });
const map = (name: string, namespace: Given["props"][string]): Given => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "users",
  props: { metadata: { name, namespace } },
});
const role = "arn:aws:iam::111122223333:role/platform";
const admin = (principalArn: Given["props"][string], policy = "AmazonEKSClusterAdminPolicy"): Given => ({
  type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  name: "platform",
  props: { principalArn, policyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}` },
});
const entry = (policyArn: Given["props"][string], principalArn: Given["props"][string] = role) =>
  clusterWith({
    authenticationMode: "API",
    accessEntries: {
      nodes: { principalArn: unknown, type: "EC2_LINUX" },
      platform: { principalArn, accessPolicies: { view: { policyArn: viewer }, one: { policyArn } } },
    },
  });
const viewer = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
const administrator = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";
const listed = { config: { clusterAdmins: [role] } };

cases(rule, {
  passes: [
    ["entries alone", mode("API")],
    ["a secret mode", mode(secret("API"))],
    [
      "the resource's own form",
      {
        type: "aws:eks/cluster:Cluster",
        name: "main",
        props: { accessConfig: { authenticationMode: "API" } },
      },
    ],
    ["another ConfigMap", map("settings", "kube-system")],
    ["another namespace", map("aws-auth", "models")],
    ["an administrator on the list", admin(role), listed],
    ["a reader", admin(role, "AmazonEKSViewPolicy")],
    ["an administrator on the list by an entry", entry(administrator), listed],
    ["a reader by an entry", entry(viewer)],
  ],
  reports: [
    ["the map as well", mode("API_AND_CONFIG_MAP"), ["main#authenticationMode"]],
    ["unset", mode(null), ["main#authenticationMode"]],
    ["an unknown mode", mode(unknown), ["main#authenticationMode"]],
    ["aws-auth", map("aws-auth", "kube-system"), ["users#metadata.name"]],
    [
      "what is written into aws-auth",
      { ...map("aws-auth", "kube-system"), type: "kubernetes:core/v1:ConfigMapPatch" },
      ["users#metadata.name"],
    ],
    ["aws-auth in a namespace that is unknown", map("aws-auth", unknown), ["users#metadata.name"]],
    ["an administrator who isn't listed", admin(role), ["platform#principalArn"]],
    ["an unknown administrator", admin(unknown), ["platform#principalArn"], listed],
    [
      "an unknown policy for a role that isn't listed",
      { ...admin(role), props: { principalArn: role, policyArn: unknown } },
      ["platform#principalArn"],
    ],
    [
      "an administrator by an entry who isn't listed",
      entry(administrator),
      ["main#accessEntries.platform.principalArn"],
    ],
    [
      "an unknown administrator by an entry",
      entry(administrator, unknown),
      ["main#accessEntries.platform.principalArn"],
      listed,
    ],
    ["an unknown policy by an entry", entry(unknown), ["main#accessEntries.platform.principalArn"]],
    [
      "unknown entries",
      clusterWith({ authenticationMode: "API", accessEntries: unknown }),
      ["main#accessEntries.*.principalArn", "main#accessEntries.*.kubernetesGroups"],
      listed,
    ],
    ["a number", admin(7), ["platform#principalArn"], listed],
  ],
});
