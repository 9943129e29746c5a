import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, isFields, texts, unknown, type Value } from "../../framework/value.ts";
import { clusterComponent, clusters } from "../../read/kubernetes/cluster.ts";

/** The patch changes the ConfigMap that EKS creates. */
const configMaps = ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:ConfigMapPatch"];
const association = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";
const entry = "aws:eks/accessEntry:AccessEntry";

const identityProvider = "aws:eks/identityProviderConfig:IdentityProviderConfig";

const settings = {
  clusterAdmins: strings("IAM roles that an access entry may make administrators of the whole cluster.", {
    pattern: "^arn:aws[\\w-]*:iam::\\d{12}:role/[\\w+=,.@/-]+$",
    default: [],
  }),
} as const satisfies RuleSettings;

export const clusterAccessByEntries: ResourceRule<typeof settings> = {
  name: "cluster-access-by-entries",
  title: "Access entries alone grant access to the cluster.",
  why: "The aws-auth ConfigMap gives cluster-admin to whoever can edit it, and no audit of IAM shows it.",
  fix: "Set authenticationMode API, remove aws-auth, and list administrators in clusterAdmins.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read a cluster's authentication mode" },
  resourceTypes: [...clusters, ...configMaps, association, entry, identityProvider],
  example: { good: "authenticationMode: API", bad: "authenticationMode: API_AND_CONFIG_MAP" },
  config: settings,

  check({ type, props }, { clusterAdmins }) {
    if (configMaps.includes(type)) return awsAuth(props);
    if (type === association) return administrator("", props, [props], clusterAdmins);
    if (type === identityProvider) return prefixes(at(props, "oidc"));
    if (type === entry) return groups("", props);
    return type === clusterComponent
      ? [
          ...mappings(props),
          ...mode("authenticationMode", at(props, "authenticationMode")),
          ...entries(props, clusterAdmins),
        ]
      : mode("accessConfig.authenticationMode", at(props, "accessConfig", "authenticationMode"));
  },
};

/** Unset means CONFIG_MAP. [EKS API, CreateAccessConfigRequest] */
function mode(path: string, value: Value): Finding[] {
  if (value === "API") return [];
  return [{ path, problem: "users may come from the aws-auth ConfigMap", allowed: "API" }];
}

/** The component writes them into aws-auth. [@pulumi/eks, ClusterOptions] */
function mappings(props: Value): Finding[] {
  return ["roleMappings", "userMappings"].flatMap((path) =>
    at(props, path) === undefined
      ? []
      : [
          {
            path,
            problem: "aws-auth grants access in addition to the access entries",
            allowed: "unset; accessEntries",
          },
        ],
  );
}

function awsAuth(props: Value): Finding[] {
  if (at(props, "metadata", "name") !== "aws-auth") return [];
  const namespace = at(props, "metadata", "namespace");
  if (typeof namespace === "string" && namespace !== "kube-system") return [];
  return [
    {
      path: "metadata.name",
      problem: "aws-auth grants access in addition to the access entries",
      allowed: "no aws-auth",
    },
  ];
}

/** The component creates one association for each policy of an entry. */
function entries(props: Value, allowed: readonly string[]): Finding[] {
  return named(at(props, "accessEntries")).flatMap(([name, entry]) => {
    const policies = named(at(entry, "accessPolicies")).map(([, policy]) => policy);
    const path = `accessEntries.${name}.`;
    return [...administrator(path, entry, policies, allowed), ...groups(path, entry)];
  });
}

function administrator(
  path: string,
  entry: Value,
  policies: readonly Value[],
  allowed: readonly string[],
): Finding[] {
  if (!policies.some(isWide)) return [];
  const principal = at(entry, "principalArn");
  if (typeof principal === "string" && allowed.includes(principal)) return [];
  return [
    {
      path: `${path}principalArn`,
      problem: "a role that is not on the list may read secrets or change objects in the whole cluster",
      allowed:
        "AmazonEKSViewPolicy, another policy for named namespaces, or a role in clusterAdmins, known at preview",
    },
  ];
}

/** Every policy but the read-only one is wide, unless it is scoped to named namespaces. [EKS, access policies] */
function isWide(association: Value): boolean {
  const policy = at(association, "policyArn");
  if (typeof policy !== "string" || policy.endsWith("/AmazonEKSClusterAdminPolicy")) return true;
  if (policy.endsWith("/AmazonEKSViewPolicy")) return false;
  const scope = at(association, "accessScope");
  const namespaces = texts(at(scope, "namespaces"));
  const isNarrow =
    namespaces !== unknown && namespaces.length > 0 && !namespaces.some((name) => /[*?]|^$/.test(name));
  return at(scope, "type") !== "namespace" || !isNarrow;
}

/** Without a prefix an issuer's users and groups can have the names of built-in ones. [Kubernetes, OpenID Connect tokens] */
function prefixes(oidc: Value): Finding[] {
  return [
    ["groupsClaim", "groupsPrefix"],
    ["usernameClaim", "usernamePrefix"],
  ].flatMap(([claim = "", prefix = ""]) => {
    const value = at(oidc, prefix);
    if (isFields(oidc) && at(oidc, claim) === undefined && value === undefined) return [];
    if (typeof value === "string" && value !== "" && value !== "-" && !value.startsWith("system:")) return [];
    return [
      {
        path: `oidc.${prefix}`,
        problem:
          "the issuer decides who is in a group built into Kubernetes, or whether it does isn't known at preview",
        allowed: "a prefix of its own, such as sso:",
      },
    ];
  });
}

/** Groups built into Kubernetes would grant administrator rights that no access policy shows. */
function groups(path: string, entry: Value): Finding[] {
  const names = texts(at(entry, "kubernetesGroups"));
  if (names !== unknown && !names.some((name) => name.startsWith("system:"))) return [];
  return [
    {
      path: `${path}kubernetesGroups`,
      problem: "the entry is in a group built into Kubernetes, or in one that isn't known at preview",
      allowed: "groups of the team's own",
    },
  ];
}

/** The named entries of an object; one unknown entry in place of an object that can't be read. */
function named(value: Value): readonly (readonly [string, Value])[] {
  if (value === undefined) return [];
  return isFields(value) ? Object.entries(value) : [["*", unknown]];
}
