import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import type { RuleSettings } from "../../framework/settings.ts";
import { at, elements, type Unknown, unknown, type Value } from "../../framework/value.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { mayRunEngine } from "../../read/engine/engine-pods.ts";
import { idleSettings, isIdle } from "../../read/engine/idle-models.ts";
import { workloads } from "../../read/kubernetes/containers.ts";
import { type Pods, scalerMinReplicas, scalers } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";

const settings = { ...engineSettings, ...idleSettings } as const satisfies RuleSettings;

/** A replica that is removed sooner is missing at the next burst. */
const shortestCooldownSeconds = 300;

export const autoscalerFailsSafe: StackRule<typeof settings> = {
  name: "autoscaler-fails-safe",
  title: "An autoscaler of engines sets min and max replicas, and keeps its replicas without metrics.",
  why: "KEDA's defaults are 0 min and 100 max replicas, and a missing metric counts as no load: without Prometheus a busy model is scaled to zero.",
  fix: "Set minReplicaCount, maxReplicaCount and fallback.replicas, and in every trigger a threshold and ignoreNullValues set to the string false; list a model that may scale to zero in idleModels.",
  severity: "high",
  relatedChecks: ["kube-linter:dangling-horizontalpodautoscaler"],
  resourceTypes: [...scalers, ...workloads],
  example: {
    good: "minReplicaCount: 1, maxReplicaCount: 4, fallback: { failureThreshold: 4, replicas: 1 }",
    bad: "minReplicaCount: 1, maxReplicaCount: 4, without a fallback",
  },
  config: settings,

  *checkStack({ resources }, config) {
    const scaled = scaledPods(new Objects(resources));
    for (const resource of resources.filter(isOf(scalers))) {
      // An autoscaler without a known target may scale an engine whose name isn't known.
      const pods = scaled.get(resource) ?? [];
      if (pods.length > 0 && !pods.some((one) => mayRunEngine(one, config))) continue;
      const sleeps = pods.length > 0 && pods.every((one) => isIdle(one, config));
      yield* problems(resource, sleeps ? 0 : 1);
    }
  },
};

/** The pods that each autoscaler scales, or may scale. */
function scaledPods(objects: Objects): ReadonlyMap<StackResource, readonly Pods[]> {
  const pairs = objects.allPods.flatMap((pods) =>
    objects.scalersOf(pods.workload).map((scaler) => ({ scaler, pods })),
  );
  const byScaler = Map.groupBy(pairs, ({ scaler }) => scaler);
  return new Map([...byScaler].map(([scaler, found]) => [scaler, found.map(({ pods }) => pods)]));
}

/** @param least the minimum of replicas at any time */
function* problems(resource: StackResource, least: 0 | 1): Generator<StackFinding> {
  const keda = resource.type.includes("keda");
  const spec = at(resource.props, "spec");
  const minReplicas = whole(scalerMinReplicas(resource));
  if (minReplicas === unknown || minReplicas < least)
    yield {
      resource,
      path: `spec.${keda ? "minReplicaCount" : "minReplicas"}`,
      problem: "the engines may be scaled to zero, or the min replicas aren't known",
      allowed: `a whole number of at least ${least}, known at preview`,
    };
  const kept = minReplicas === unknown ? least : Math.max(minReplicas, least);
  const maxReplicas = whole(at(spec, keda ? "maxReplicaCount" : "maxReplicas"));
  if (maxReplicas === unknown || maxReplicas < Math.max(kept, 1))
    yield {
      resource,
      path: `spec.${keda ? "maxReplicaCount" : "maxReplicas"}`,
      problem: "the maximum of replicas is not configured, or below the minimum",
      allowed: `a whole number of at least ${Math.max(kept, 1)}, known at preview`,
    };
  if (keda) yield* kedaProblems(resource, kept);
}

function* kedaProblems(resource: StackResource, kept: number): Generator<StackFinding> {
  const spec = at(resource.props, "spec");
  for (const name of ["autoscaling.keda.sh/paused", "autoscaling.keda.sh/paused-scale-out"]) {
    const paused = at(resource.props, "metadata", "annotations", name);
    if (paused !== undefined && paused !== "false")
      yield {
        resource,
        path: `metadata.annotations.${name}`,
        problem: "the autoscaler is paused",
        allowed: "no such annotation",
      };
  }
  // A scaler that can't be read is reported for its replicas.
  const advanced = spec === unknown ? undefined : at(spec, "advanced");
  const up = at(advanced, "horizontalPodAutoscalerConfig", "behavior", "scaleUp", "selectPolicy");
  if (up !== undefined && up !== "Max" && up !== "Min")
    yield {
      resource,
      path: "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.selectPolicy",
      problem: "it never adds a replica, or whether it does isn't known at preview",
      allowed: "Max, Min, or unset",
    };
  if (at(advanced, "scalingModifiers", "formula") !== undefined)
    yield {
      resource,
      path: "spec.advanced.scalingModifiers.formula",
      problem: "a formula replaces what its triggers measure",
      allowed: "no formula",
    };
  // Unset means 300. [KEDA, ScaledObject]
  const cooldown = whole(at(spec, "cooldownPeriod") ?? shortestCooldownSeconds);
  if (cooldown === unknown || cooldown < shortestCooldownSeconds)
    yield {
      resource,
      path: "spec.cooldownPeriod",
      problem: "the cooldown is too short, so the last replica is removed before the next burst",
      allowed: `${shortestCooldownSeconds} s or more, known at preview`,
    };
  const fallback = whole(at(spec, "fallback", "replicas"));
  if (fallback === unknown || fallback < kept)
    yield {
      resource,
      path: "spec.fallback.replicas",
      problem: "the fallback for a Prometheus outage is not configured, or below the minimum",
      allowed: `a whole number of at least ${kept}, known at preview`,
    };
  yield* triggerProblems(resource, elements(at(spec, "triggers")));
}

function* triggerProblems(
  resource: StackResource,
  triggers: readonly Value[] | Unknown,
): Generator<StackFinding> {
  if (triggers === unknown || triggers.length === 0) {
    yield {
      resource,
      path: "spec.triggers",
      problem: "no trigger known at preview measures the engines' load",
      allowed: "a list of triggers",
    };
    return;
  }
  for (const [index, trigger] of triggers.entries()) {
    const type = at(trigger, "type");
    if (typeof type === "string" && type !== "prometheus") continue;
    const path = `spec.triggers.${index}.metadata`;
    // Unset means "true". [KEDA, Prometheus scaler]
    if (at(trigger, "metadata", "ignoreNullValues") !== "false")
      yield {
        resource,
        path: `${path}.ignoreNullValues`,
        problem: `an empty result of the query of trigger ${index} counts as no load`,
        allowed: 'the string "false"',
      };
    const threshold = at(trigger, "metadata", "threshold");
    if (typeof threshold !== "string" || !/^\d+(?:\.\d+)?$/.test(threshold) || Number(threshold) === 0)
      yield {
        resource,
        path: `${path}.threshold`,
        problem: `trigger ${index} has no threshold of load per replica`,
        allowed: "a number above 0, as a string",
      };
  }
}

function whole(value: Value): number | Unknown {
  return typeof value === "number" && Number.isInteger(value) ? value : unknown;
}
