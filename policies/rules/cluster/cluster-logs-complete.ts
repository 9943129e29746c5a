import type { ResourceRule } from "../../framework/rule.ts";
import { at, isList } from "../../framework/value.ts";
import { clusters } from "../../read/kubernetes/cluster.ts";

const kinds = ["api", "audit", "authenticator", "controllerManager", "scheduler"] as const;

export const clusterLogsComplete: ResourceRule = {
  name: "cluster-logs-complete",
  title: "All control plane logs are enabled.",
  why: "After an incident the audit log is the only record of who changed what, and it can't be enabled retroactively.",
  fix: "Set enabledClusterLogTypes to api, audit, authenticator, controllerManager and scheduler.",
  severity: "medium",
  relatedChecks: ["CKV_AWS_37", "AwsSolutions-EKS2", "AWS-0038"],
  resourceTypes: clusters,
  example: { good: `enabledClusterLogTypes: [${kinds.join(", ")}]`, bad: "enabledClusterLogTypes: [api]" },

  *check({ props }) {
    const enabled = at(props, "enabledClusterLogTypes");
    const missing = kinds.filter((kind) => !isList(enabled) || !enabled.includes(kind));
    if (missing.length === 0) return;
    yield {
      path: "enabledClusterLogTypes",
      problem: `log types that aren't known to be enabled: ${missing.join(", ")}`,
      allowed: `all of ${kinds.join(", ")}`,
    };
  },
};
