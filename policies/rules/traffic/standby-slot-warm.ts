import type { StackResource, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { unknown } from "../../framework/value.ts";
import { forwards, readsToTargetGroups } from "../../read/aws/forward.ts";
import { unlessApplication } from "../../read/aws/purpose.ts";
import { idleSettings, isIdle } from "../../read/engine/idle-models.ts";
import { Objects, readsToPods, scalers } from "../../read/kubernetes/kubernetes.ts";

export const standbySlotWarm: StackRule<typeof idleSettings> = {
  name: "standby-slot-warm",
  title: "Every slot that a load balancer knows keeps at least one replica, also while it gets no requests.",
  why: "A rollback to a slot without pods waits for a GPU node and for the weights, minutes in which every request fails.",
  fix: "Set minReplicaCount of the slot's ScaledObject (or replicas, without one) to 1 or more; a model that may sleep is named in idleModels.",
  severity: "critical",
  level: "mandatory",
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
          problem: "forwards to a target group that is not of this stack",
          allowed: "target groups of the stack",
        };
    for (const resource of new Set(all.flatMap(({ groups }) => groups))) {
      const problem = cold(resource, objects, config);
      if (problem !== undefined)
        yield {
          resource,
          path: "replicas",
          problem,
          allowed: `a binding and a Service to a workload with a floor of 1 or more, known at preview; ${unlessApplication}`,
        };
    }
  },
};

/** Why nobody may be there to answer; nothing when somebody is. */
function cold(
  group: StackResource,
  objects: Objects,
  config: ConfigOf<typeof idleSettings>,
): string | undefined {
  const found = objects.podsBehind(group);
  if (found.length === 0) return "no binding leads from it over a Service to pods of this stack";
  const minimums = found.map(({ workload }) => objects.minReplicas(workload));
  if (minimums.some((minimum) => minimum !== unknown && minimum >= 1)) return undefined;
  if (found.every((pods) => isIdle(pods, config))) return undefined;
  const names = [...new Set(found.map(({ workload }) => workload.name))].join(", ");
  return minimums.includes(unknown)
    ? `nothing states how many replicas ${names} keeps, or more than one scaler does`
    : `${names} may go to no replica`;
}
