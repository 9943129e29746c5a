import type { StackResource, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { unknown } from "../../framework/value.ts";
import { forwards, readsToTargetGroups } from "../../read/aws/forward.ts";
import { unlessApplication } from "../../read/aws/purpose.ts";
import { idleSettings, isIdle } from "../../read/engine/idle-models.ts";
import { readsToPods, scalers } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";

export const standbySlotWarm: StackRule<typeof idleSettings> = {
  name: "standby-slot-warm",
  title: "Every slot of a load balancer keeps at least one replica, even without traffic.",
  why: "A rollback to a slot without pods waits minutes for a GPU node and for the weights, while every request fails.",
  fix: "Set minReplicaCount of the slot's ScaledObject (or replicas, without one) to 1 or more; list a model that may scale to zero in idleModels.",
  severity: "critical",
  relatedChecks: { none: "the studied tools don't follow a load balancer to its pods" },
  resourceTypes: [...readsToTargetGroups, ...readsToPods, ...scalers],
  example: { good: "minReplicaCount: 1", bad: "minReplicaCount: 0" },
  config: idleSettings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    const all = forwards(resources);
    for (const { resource, property, complete } of all)
      if (!complete)
        yield {
          resource,
          path: property,
          problem: "forwards to a target group that is not in this stack",
          allowed: "target groups of the stack",
        };
    for (const resource of new Set(all.flatMap(({ groups }) => groups))) {
      const problem = cold(resource, objects, config);
      if (problem !== undefined)
        yield {
          resource,
          path: "replicas",
          problem,
          allowed: `a binding and a Service to a workload with min replicas of 1 or more, known at preview; ${unlessApplication}`,
        };
    }
  },
};

/** Why the slot may have no replica; undefined when it keeps one. */
function cold(
  group: StackResource,
  objects: Objects,
  config: ConfigOf<typeof idleSettings>,
): string | undefined {
  const found = objects.podsBehind(group);
  if (found.length === 0) return "no binding and Service connect it to pods of this stack";
  const minimums = found.map(({ workload }) => objects.minReplicas(workload));
  if (minimums.some((minimum) => minimum !== unknown && minimum >= 1)) return undefined;
  if (found.every((pods) => isIdle(pods, config))) return undefined;
  const names = [...new Set(found.map(({ workload }) => workload.name))].join(", ");
  return minimums.includes(unknown)
    ? `the min replicas of ${names} aren't set, or more than one scaler sets them`
    : `${names} may scale to zero`;
}
