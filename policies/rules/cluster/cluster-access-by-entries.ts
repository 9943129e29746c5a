import { clusterComponent, clusters } from "../../lib/cluster.ts";
import type { Finding, ResourceRule } from "../../lib/rule.ts";
import type { Settings } from "../../lib/settings.ts";
import { at, isFields, unknown, type Value } from "../../lib/value.ts";

/** The second writes into one that is there, as EKS makes it. */
const configMaps = ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:ConfigMapPatch"];
const association = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";

const settings = {
  clusterAdmins: {
    type: "array",
    description: "IAM roles that may be cluster administrators by an access entry.",
    items: { type: "string", pattern: "^arn:aws[\\w-]*:iam::\\d{12}:role/[\\w+=,.@/-]+$" },
    minItems: 0,
    default: [],
  },
} as const satisfies Settings;

export const clusterAccessByEntries: ResourceRule<typeof settings> = {
  name: "cluster-access-by-entries",
  title: "Who may use the cluster is said by access entries alone.",
  why: "The aws-auth ConfigMap gives cluster-admin to whoever can edit it, and no audit of IAM shows it.",
  fix: "Set authenticationMode API, remove aws-auth, and list administrators in clusterAdmins.",
  severity: "high",
  level: "mandatory",
  anchors: { none: "the studied tools don't read how a cluster knows its users" },
  reads: [...clusters, ...configMaps, association],
  example: { good: "authenticationMode: API", bad: "authenticationMode: API_AND_CONFIG_MAP" },
  config: settings,

  check({ type, props }, { clusterAdmins }) {
    if (configMaps.includes(type)) return awsAuth(props);
    if (type === association) return administrator("", props, [at(props, "policyArn")], clusterAdmins);
    return type === clusterComponent
      ? [...mode("authenticationMode", at(props, "authenticationMode")), ...entries(props, clusterAdmins)]
      : mode("accessConfig.authenticationMode", at(props, "accessConfig", "authenticationMode"));
  },
};

/** Unset is the config map. [EKS API, CreateAccessConfigRequest] */
function mode(path: string, value: Value): Finding[] {
  if (value === "API") return [];
  return [{ path, problem: "users may come from the aws-auth ConfigMap", allowed: "API" }];
}

function awsAuth(props: Value): Finding[] {
  if (at(props, "metadata", "name") !== "aws-auth") return [];
  const namespace = at(props, "metadata", "namespace");
  if (typeof namespace === "string" && namespace !== "kube-system") return [];
  return [
    {
      path: "metadata.name",
      problem: "aws-auth grants access beside the access entries",
      allowed: "no aws-auth",
    },
  ];
}

/** The component makes an association of each policy of an entry. */
function entries(props: Value, allowed: readonly string[]): Finding[] {
  return named(at(props, "accessEntries")).flatMap(([name, entry]) => {
    const policies = named(at(entry, "accessPolicies")).map(([, policy]) => at(policy, "policyArn"));
    return administrator(`accessEntries.${name}.`, entry, policies, allowed);
  });
}

function administrator(
  path: string,
  entry: Value,
  policies: readonly Value[],
  allowed: readonly string[],
): Finding[] {
  if (!policies.some(mayBeForAdministrators)) return [];
  const principal = at(entry, "principalArn");
  if (typeof principal === "string" && allowed.includes(principal)) return [];
  return [
    {
      path: `${path}principalArn`,
      problem: "somebody who is not on the list becomes cluster administrator",
      allowed: "a role in clusterAdmins, known at preview",
    },
  ];
}

function mayBeForAdministrators(policy: Value): boolean {
  return typeof policy !== "string" || policy.endsWith("/AmazonEKSClusterAdminPolicy");
}

/** What has names; one unknown in place of what can't be read. */
function named(value: Value): readonly (readonly [string, Value])[] {
  if (value === undefined) return [];
  return isFields(value) ? Object.entries(value) : [["*", unknown]];
}
