import { rbacNarrow as rule } from "../../../../policies/rules/iam/rbac-narrow.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const object = (kind: string, props: Given["props"], name = "reader"): Given => ({
  type: `kubernetes:rbac.authorization.k8s.io/v1:${kind}`,
  name,
  props: { metadata: { name }, ...props },
});
const pods = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] };
const secrets = { apiGroups: [""], resources: ["secrets"], verbs: ["get"] };
const clusterRole = (...rules: readonly Wire[]) => object("ClusterRole", { rules });
const role = (...rules: readonly Wire[]) => object("Role", { rules });
const binding = (name: Wire, kind = "ClusterRoleBinding") =>
  object(kind, { roleRef: { kind: "ClusterRole", name }, subjects: [] });
const first = ["reader#rules.0"];
const names = ["reader#rules.0.resourceNames"];

cases(rule, {
  passes: [
    ["named verbs on named resources", clusterRole(pods)],
    ["a role without rules", role()],
    ["one Secret by name", clusterRole({ ...secrets, resourceNames: ["engine-api-key"] })],
    ["the Secrets of one namespace", role({ ...secrets, verbs: ["get", "list", "watch"] })],
    ["Secrets that are only written", clusterRole({ ...secrets, verbs: ["create"] })],
    ["paths of the API", clusterRole({ nonResourceURLs: ["/metrics"], verbs: ["get"] })],
    ["a secret verb", clusterRole({ ...pods, verbs: [secret("get")] })],
    ["a binding to a narrow role", binding("reader")],
  ],
  reports: [
    ["every verb", clusterRole({ ...pods, verbs: ["*"] }), first],
    ["every resource", role({ ...pods, resources: ["*"] }), first],
    ["every API group", clusterRole({ ...pods, apiGroups: ["*"] }), first],
    ["every part of a kind", clusterRole({ ...pods, resources: ["*/scale"] }), first],
    ["every path", clusterRole({ nonResourceURLs: ["*"], verbs: ["get"] }), first],
    ["every Secret", clusterRole(secrets), names],
    ["every Secret, watched only", clusterRole({ ...secrets, verbs: ["watch"] }), names],
    ["every Secret, written as well", clusterRole({ ...secrets, verbs: ["create", "get"] }), names],
    [
      "every Secret by an empty name beside another",
      clusterRole({ ...secrets, resourceNames: ["engine-api-key", ""] }),
      names,
    ],
    ["every Secret by no name", clusterRole({ ...secrets, resourceNames: [] }), names],
    ["every Secret by an unknown name", clusterRole({ ...secrets, resourceNames: [unknown] }), names],
    ["every Secret among others", clusterRole({ ...pods, resources: ["pods", "secrets"] }), names],
    ...["escalate", "bind", "impersonate"].map((verb): [string, Given, string[]] => [
      verb,
      role({ ...pods, verbs: [verb] }),
      ["reader#rules.0.verbs"],
    ]),
    ["an aggregated role", object("ClusterRole", { aggregationRule: {} }), ["reader#aggregationRule"]],
    ["an unknown rule", role(pods, unknown), ["reader#rules.1"]],
    ["an unknown verb", role({ ...pods, verbs: ["get", unknown] }), first],
    ["unknown paths", clusterRole({ nonResourceURLs: unknown, verbs: ["get"] }), first],
    ["verbs that are a number", role({ ...pods, verbs: 7 }), first],
    ["unknown rules", object("Role", { rules: unknown }), first],
    [
      "each of several",
      clusterRole(secrets, pods, { ...pods, verbs: ["*", "bind"] }),
      [...names, "reader#rules.2", "reader#rules.2.verbs"],
    ],
    ["a patch", object("ClusterRolePatch", { rules: [secrets] }), names],
    ["a list", object("RoleList", { items: [] }), ["reader#type"]],
    ["a binding to the administrator", binding("cluster-admin"), ["reader#roleRef.name"]],
    ["one in a namespace", binding("cluster-admin", "RoleBinding"), ["reader#roleRef.name"]],
    ["a binding to something unknown", binding(unknown), ["reader#roleRef.name"]],
    ["a binding to nothing", object("RoleBinding", {}), ["reader#roleRef.name"]],
  ],
});
