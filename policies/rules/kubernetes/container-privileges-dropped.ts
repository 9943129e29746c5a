import type { ResourceRule } from "../../framework/rule.ts";
import { isList, type Value } from "../../framework/value.ts";
import { workloads } from "../../read/kubernetes/containers.ts";
import { type SecurityRequirement, unmet } from "../../read/kubernetes/security-context.ts";

const demands: readonly SecurityRequirement[] = [
  {
    path: ["privileged"],
    orPod: false,
    holds: isOff,
    problem: "the container has root privileges on its node",
    allowed: "false, or unset",
  },
  {
    path: ["allowPrivilegeEscalation"],
    orPod: false,
    // Unset means true. [Kubernetes, Pod Security Standards]
    holds: (value) => value === false,
    problem: "a process may gain more privileges than its parent",
    allowed: "false, known at preview",
  },
  {
    path: ["capabilities", "drop"],
    orPod: false,
    holds: (value) => isList(value) && value.includes("ALL"),
    problem: "the container keeps capabilities",
    allowed: "a list with ALL, in capitals",
  },
  {
    path: ["capabilities", "add"],
    orPod: false,
    holds: (value) => value === undefined || (isList(value) && value.length === 0),
    problem: "capabilities are added",
    allowed: "none",
  },
  {
    path: ["seccompProfile", "type"],
    orPod: true,
    // Unset means Unconfined. [Kubernetes, Pod Security Standards]
    holds: (value) => value === "RuntimeDefault" || value === "Localhost",
    problem: "every system call is allowed",
    allowed: "RuntimeDefault or Localhost, on the container or its pod",
  },
  {
    path: ["windowsOptions", "hostProcess"],
    orPod: true,
    holds: isOff,
    problem: "the container is a process of its node",
    allowed: "false, or unset",
  },
  {
    path: ["procMount"],
    orPod: false,
    holds: (value) => value === undefined,
    problem: "/proc may be unmasked",
    allowed: "nothing",
  },
  {
    path: ["appArmorProfile", "type"],
    orPod: true,
    holds: (value) => value === undefined || value === "RuntimeDefault" || value === "Localhost",
    problem: "AppArmor confines nothing",
    allowed: "RuntimeDefault, Localhost, or unset",
  },
  {
    path: ["seLinuxOptions", "type"],
    orPod: true,
    // [Kubernetes, Pod Security Standards, baseline]
    holds: (value) =>
      value === undefined ||
      value === "" ||
      ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"].includes(String(value)),
    problem: "SELinux may confine nothing",
    allowed: "container_t, or unset",
  },
];

export const containerPrivilegesDropped: ResourceRule = {
  name: "container-privileges-dropped",
  title: "Containers run without privileges or capabilities.",
  why: "Engines parse untrusted files and prompts; an attacker who compromises one gets its capabilities and system calls, and through them the node and every pod on it.",
  fix: "Set allowPrivilegeEscalation false, capabilities.drop [ALL] and seccompProfile RuntimeDefault, and add no capabilities.",
  severity: "high",
  relatedChecks: ["CKV_K8S_16", "CKV_K8S_20", "CKV_K8S_37", "CKV_K8S_31"],
  resourceTypes: workloads,
  example: {
    good: "securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] }, seccompProfile: { type: RuntimeDefault } }",
    bad: "securityContext: { privileged: true }",
  },

  check(resource) {
    return unmet(resource, demands);
  },
};

function isOff(value: Value): boolean {
  return value === undefined || value === false;
}
