import type { ResourceRule } from "../../framework/rule.ts";
import { workloads } from "../../read/kubernetes/containers.ts";
import { type SecurityRequirement, unmet } from "../../read/kubernetes/security-context.ts";

const demands: readonly SecurityRequirement[] = [
  {
    path: ["runAsNonRoot"],
    orPod: true,
    holds: (value) => value === true,
    problem: "the container may be started as root",
    allowed: "true, on the container or its pod",
  },
  {
    path: ["runAsUser"],
    orPod: true,
    // Unset means the image's user, which is root in the images of vLLM and TGI.
    holds: (value) => typeof value === "number" && Number.isInteger(value) && value >= 1,
    problem: "no non-root user is set",
    allowed: "a whole number of 1 or more, on the container or its pod",
  },
];

export const containerNonRoot: ResourceRule = {
  name: "container-non-root",
  title: "Containers run as a non-root user.",
  why: "Root in a container is root on the node after any container escape, and the engines' images run as root by default.",
  fix: "Set runAsNonRoot true and runAsUser to a number above 0 in the pod's securityContext, and don't override them in a container's.",
  severity: "high",
  relatedChecks: ["CKV_K8S_23", "CKV_K8S_40"],
  resourceTypes: workloads,
  example: {
    good: "securityContext: { runAsNonRoot: true, runAsUser: 2000 }",
    bad: "securityContext: { runAsNonRoot: true, runAsUser: 0 }",
  },

  check(resource) {
    // The kubelet writes logs that only root can read.
    return unmet(resource, demands, ({ purpose }) => purpose !== "node-agent");
  },
};
