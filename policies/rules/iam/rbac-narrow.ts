import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, elements, isList, orUnknown, texts, unknown, type Value } from "../../framework/value.ts";

const group = "kubernetes:rbac.authorization.k8s.io/";
const reading = ["get", "list", "watch"];
const writing = ["create", "update", "patch"];
/** What runs pods: with any service account of the namespace, and with its Secrets. [Kubernetes, RBAC good practices] */
const running = [
  "cronjobs",
  "daemonsets",
  "deployments",
  "jobs",
  "pods",
  "replicasets",
  "replicationcontrollers",
  "statefulsets",
];
/** Resources that let their users run code in other pods or impersonate others. [Kubernetes, RBAC good practices] */
const powerful = [
  "certificatesigningrequests/approval",
  "nodes/proxy",
  "pods/attach",
  "pods/ephemeralcontainers",
  "pods/exec",
  "pods/proxy",
  "serviceaccounts/token",
  "services/proxy",
];
/** What decides about every pod, node or request of the cluster. [Kubernetes, RBAC good practices] */
const governing = [
  "apiservices",
  "customresourcedefinitions",
  "mutatingadmissionpolicies",
  "mutatingadmissionpolicybindings",
  "mutatingwebhookconfigurations",
  "nodes",
  "persistentvolumes",
  "validatingwebhookconfigurations",
];
/** ClusterRoles that are read-only, or that only review tokens and access. [Kubernetes, default roles] */
const readOnlyRoles = ["view", "system:auth-delegator", "system:discovery", "system:monitoring"];
/** Groups and users that include everyone, or may be anyone. [Kubernetes, default roles and role bindings] */
const everyone =
  /^system:(?:authenticated|unauthenticated|anonymous|bootstrappers(?::.*)?|masters|nodes?(?::.*)?|serviceaccounts)$/;

/** Verbs that allow privilege escalation. [Kubernetes, RBAC good practices] */
const escalating = ["escalate", "bind", "impersonate", "approve", "sign"];

const settings = {
  checkedRoles: strings(
    "Names of resources whose ClusterRoles of controllers were checked and may read Secrets, run pods or change webhooks, nodes and volumes everywhere.",
    { pattern: "^[\\w.:-]+$", default: [] },
  ),
} as const satisfies RuleSettings;

export const rbacNarrow: ResourceRule<typeof settings> = {
  name: "rbac-narrow",
  title: "Kubernetes roles name what they allow and can't escalate to cluster-admin.",
  why: "A pod with wildcard permissions, or with access to every Secret, controls the whole cluster.",
  fix: "Name verbs, resources and API groups, and Secrets by resourceNames; bind no cluster-admin.",
  severity: "high",
  relatedChecks: ["CKV_K8S_49", "CKV2_K8S_5"],
  resourceTypes: [`${group}*`],
  example: {
    good: 'rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["engine-api-key"], verbs: ["get"] }]',
    bad: 'rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]',
  },
  config: settings,

  check({ type, name, props }, { checkedRoles }) {
    const kind = type
      .split(":")
      .at(-1)
      ?.replace(/Patch$/, "");
    switch (kind) {
      case "ClusterRole":
        return [...aggregated(props), ...rules(props, !checkedRoles.includes(name))];
      case "Role":
        return rules(props, false);
      case "ClusterRoleBinding":
      case "RoleBinding":
        return [
          ...bound(at(props, "roleRef", "name"), kind === "ClusterRoleBinding" && !isOwnRole(props)),
          ...subjects(at(props, "subjects")),
        ];
      default:
        return [
          {
            path: "type",
            problem: "roles or bindings in a list aren't checked",
            allowed: "one resource for each role and each binding",
          },
        ];
    }
  },
};

/** The rules of such a role come from any role with a matching label. */
function aggregated(props: Value): Finding[] {
  if (at(props, "aggregationRule") === undefined) return [];
  return [
    {
      path: "aggregationRule",
      problem: "the role's rules are aggregated from other roles",
      allowed: "rules in the role itself",
    },
  ];
}

function rules(props: Value, everywhere: boolean): Finding[] {
  return orUnknown(elements(at(props, "rules"))).flatMap((rule, index) =>
    problems(rule, everywhere).map(([field, problem]) => ({
      path: `rules.${index}${field}`,
      where: `rule ${index}`,
      problem,
      allowed:
        "verbs, resources and API groups by name, without escalate, bind or impersonate; Secrets by resourceNames; a Role in its namespace to run pods; for a controller's ClusterRole its name in checkedRoles",
    })),
  );
}

function problems(rule: Value, everywhere: boolean): (readonly [field: string, problem: string])[] {
  const verbs = texts(at(rule, "verbs"));
  const resources = texts(at(rule, "resources"));
  const groups = texts(at(rule, "apiGroups"));
  const urls = texts(at(rule, "nonResourceURLs"));
  if (verbs === unknown || resources === unknown || groups === unknown || urls === unknown)
    return [["", "isn't known at preview"]];
  const found: [string, string][] = [];
  if ([...verbs, ...resources, ...groups, ...urls].some((name) => name.includes("*")))
    found.push(["", "allows more than it names"]);
  const reads = resources.includes("secrets") && verbs.some((verb) => reading.includes(verb));
  if (everywhere && reads && !isNamed(at(rule, "resourceNames")))
    found.push([".resourceNames", "reads every Secret of the cluster"]);
  if (everywhere && runs(verbs, resources))
    found.push([
      ".resources",
      "runs pods in every namespace, with all of their service accounts and Secrets",
    ]);
  if (everywhere && governs(verbs, resources))
    found.push([".resources", "changes what decides about every pod, node or request of the cluster"]);
  if (verbs.some((verb) => escalating.includes(verb))) found.push([".verbs", "allows privilege escalation"]);
  if (resources.some((resource) => powerful.includes(resource)))
    found.push([".resources", "allows running commands in pods, or impersonating others"]);
  return found;
}

function governs(verbs: readonly string[], resources: readonly string[]): boolean {
  return verbs.some((verb) => writing.includes(verb)) && resources.some((one) => governing.includes(one));
}

function runs(verbs: readonly string[], resources: readonly string[]): boolean {
  return verbs.some((verb) => writing.includes(verb)) && resources.some((one) => running.includes(one));
}

/** An empty list of names matches every resource. */
function isNamed(names: Value): boolean {
  return isList(names) && names.length > 0 && names.every((name) => typeof name === "string" && name !== "");
}

/** The team's own roles have other names than those built into Kubernetes. */
function isOwnRole(props: Value): boolean {
  const role = at(props, "roleRef", "name");
  return typeof role === "string" && !["admin", "edit"].includes(role) && !role.startsWith("system:");
}

/** @param whole whether it binds a built-in role of Kubernetes in every namespace */
function bound(role: Value, whole: boolean): Finding[] {
  const harmless = typeof role === "string" && role !== "cluster-admin";
  if (harmless && (!whole || readOnlyRoles.includes(role))) return [];
  return [
    {
      path: "roleRef.name",
      problem: harmless
        ? "it allows changes in every namespace"
        : "it may grant administrator rights on the cluster",
      allowed: `a role, known at preview, that is not cluster-admin; for every namespace ${readOnlyRoles.join(", ")}, or one of the team's own roles`,
    },
  ];
}

function subjects(value: Value): Finding[] {
  return orUnknown(elements(value)).flatMap((subject, index) => {
    const name = at(subject, "name");
    const kind = at(subject, "kind");
    if (kind === "ServiceAccount" && name !== unknown) return [];
    if (typeof name === "string" && !everyone.test(name) && !name.startsWith("system:serviceaccounts"))
      return [];
    return [
      {
        path: `subjects.${index}.name`,
        problem: "everyone has the role, or its subjects aren't known at preview",
        allowed: "the team's own groups, users and service accounts, by name",
      },
    ];
  });
}
