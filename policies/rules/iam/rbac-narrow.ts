import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, isList, orUnknown, texts, unknown, type Value } from "../../framework/value.ts";

const group = "kubernetes:rbac.authorization.k8s.io/";
const reading = ["get", "list", "watch"];
/** Resources by which whoever may use them runs code in other pods or becomes others. [Kubernetes, RBAC good practices] */
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
/** ClusterRoles that only look, or that ask who somebody is. [Kubernetes, default roles] */
const lookingRoles = ["view", "system:auth-delegator", "system:discovery", "system:monitoring"];
/** Groups and users that everyone is in, or that may be anyone. [Kubernetes, default roles and role bindings] */
const everyone =
  /^system:(?:authenticated|unauthenticated|anonymous|masters|nodes?(?::.*)?|serviceaccounts)$/;

/** Verbs by which somebody gives themselves more than they have. [Kubernetes, RBAC good practices] */
const escalating = ["escalate", "bind", "impersonate"];

export const rbacNarrow: ResourceRule = {
  name: "rbac-narrow",
  title: "Roles of the cluster name what they allow, and none leads to all of it.",
  why: "A pod with a wildcard, or with every Secret of the cluster, is a pod with the cluster.",
  fix: "Name verbs, resources and API groups, and Secrets by resourceNames; bind no cluster-admin.",
  severity: "high",
  level: "mandatory",
  relatedChecks: ["CKV_K8S_49", "CKV2_K8S_5"],
  resourceTypes: [`${group}*`],
  example: {
    good: 'rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["engine-api-key"], verbs: ["get"] }]',
    bad: 'rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]',
  },
  config: {},

  check({ type, props }) {
    const kind = type
      .split(":")
      .at(-1)
      ?.replace(/Patch$/, "");
    switch (kind) {
      case "ClusterRole":
        return [...aggregated(props), ...rules(props, true)];
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
            problem: "several roles or bindings in one resource aren't read",
            allowed: "a resource for each role and each binding",
          },
        ];
    }
  },
};

/** What such a role allows is written by whoever makes a role with its label. */
function aggregated(props: Value): Finding[] {
  if (at(props, "aggregationRule") === undefined) return [];
  return [
    {
      path: "aggregationRule",
      problem: "what the role allows is written elsewhere",
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
        "verbs, resources and API groups by name, without escalate, bind or impersonate; Secrets by resourceNames",
    })),
  );
}

function problems(rule: Value, everywhere: boolean): (readonly [field: string, problem: string])[] {
  const verbs = texts(at(rule, "verbs"));
  const resources = texts(at(rule, "resources"));
  const groups = texts(at(rule, "apiGroups"));
  const urls = texts(at(rule, "nonResourceURLs"));
  if (verbs === unknown || resources === unknown || groups === unknown || urls === unknown)
    return [["", "can't be read at preview"]];
  const found: [string, string][] = [];
  if ([...verbs, ...resources, ...groups, ...urls].some((name) => name.includes("*")))
    found.push(["", "allows more than it names"]);
  const reads = resources.includes("secrets") && verbs.some((verb) => reading.includes(verb));
  if (everywhere && reads && !isNamed(at(rule, "resourceNames")))
    found.push([".resourceNames", "reads every Secret of the cluster"]);
  if (verbs.some((verb) => escalating.includes(verb)))
    found.push([".verbs", "lets somebody take what they don't have"]);
  if (resources.some((resource) => powerful.includes(resource)))
    found.push([".resources", "runs commands in pods, or takes the place of others"]);
  return found;
}

/** An empty list of names is none, which is all. */
function isNamed(names: Value): boolean {
  return isList(names) && names.length > 0 && names.every((name) => typeof name === "string" && name !== "");
}

/** Roles that the team writes itself have other names than those of Kubernetes. */
function isOwnRole(props: Value): boolean {
  const role = at(props, "roleRef", "name");
  return typeof role === "string" && !["admin", "edit"].includes(role) && !role.startsWith("system:");
}

/** @param whole whether it binds one of Kubernetes' own roles in every namespace */
function bound(role: Value, whole: boolean): Finding[] {
  const harmless = typeof role === "string" && role !== "cluster-admin";
  if (harmless && (!whole || lookingRoles.includes(role))) return [];
  return [
    {
      path: "roleRef.name",
      problem: harmless
        ? "it changes objects of every namespace"
        : "somebody may become administrator of the cluster",
      allowed: `a role, known at preview, that is not cluster-admin; in every namespace ${lookingRoles.join(", ")}, or a role of the team's own`,
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
        problem: "everyone has the role, or who has it isn't known at preview",
        allowed: "groups, users and service accounts of the team's own, by name",
      },
    ];
  });
}
