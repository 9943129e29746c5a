import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, type Unknown, unknown, type Value } from "../../framework/value.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { mayAnswer } from "../../read/gateway/server.ts";
import { workloads } from "../../read/kubernetes/containers.ts";
import { scalers } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";

const deployments = workloads.filter((type) => type.endsWith(":Deployment"));
/** Kubernetes' default, which leaves the only replica in place. [Deployment API, RollingUpdateDeployment] */
const mostUnavailablePercent = 25;

export const rolloutKeepsReplicas: StackRule<typeof engineSettings> = {
  name: "rollout-keeps-replicas",
  title: "A new version of an engine or of the gateway starts before the old pods stop.",
  why: "With Recreate, or with all replicas unavailable at once, nothing answers until the new pods have loaded their weights; a paused Deployment keeps running what the stack no longer says.",
  fix: "Use RollingUpdate with maxUnavailable 0 and maxSurge 1, and don't pause the Deployment.",
  severity: "high",
  relatedChecks: ["kube-linter:no-rolling-update-strategy"],
  resourceTypes: [...workloads, ...scalers],
  example: {
    good: "strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }",
    bad: "strategy: { type: Recreate }",
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    for (const pods of objects.allPods)
      if (deployments.includes(pods.workload.type) && mayAnswer(pods, config))
        yield* problems(pods.workload, objects.minReplicas(pods.workload));
  },
};

function* problems(resource: StackResource, minReplicas: number | Unknown): Generator<StackFinding> {
  const spec = at(resource.props, "spec");
  const paused = at(spec, "paused");
  if (paused !== undefined && paused !== false)
    yield {
      resource,
      path: "spec.paused",
      problem: "the Deployment is paused",
      allowed: "false, or unset",
    };
  const type = at(spec, "strategy", "type") ?? "RollingUpdate";
  if (type !== "RollingUpdate")
    yield {
      resource,
      path: "spec.strategy.type",
      problem: "all replicas stop before the first new one starts",
      allowed: "RollingUpdate, or unset",
    };
  if (!isKept(at(spec, "strategy", "rollingUpdate", "maxUnavailable"), minReplicas))
    yield {
      resource,
      path: "spec.strategy.rollingUpdate.maxUnavailable",
      problem: "a rollout may stop every replica at once",
      allowed: `a number below the min replicas, or at most ${mostUnavailablePercent} %, known at preview`,
    };
}

/** Whether replicas are left while so many are unavailable. */
function isKept(maxUnavailable: Value, minReplicas: number | Unknown): boolean {
  if (maxUnavailable === undefined || maxUnavailable === 0) return true;
  if (typeof maxUnavailable === "number") return minReplicas !== unknown && maxUnavailable < minReplicas;
  const percent = typeof maxUnavailable === "string" ? /^(\d{1,3})%$/.exec(maxUnavailable)?.[1] : undefined;
  return percent !== undefined && Number(percent) <= mostUnavailablePercent;
}
