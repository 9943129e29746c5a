import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, isFields, isList, type Unknown, unknown, type Value } from "../../framework/value.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { mayAnswer } from "../../read/gateway/server.ts";
import { namespaceOf, type Pods, replicated, same, scalers } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";

const budgets = ["kubernetes:policy/v1:PodDisruptionBudget"];

export const workloadHasDisruptionBudget: StackRule<typeof engineSettings> = {
  name: "workload-has-disruption-budget",
  title: "Node drains evict one replica at a time, and don't wait for unhealthy replicas.",
  why: "Without a PodDisruptionBudget a node upgrade may evict all replicas at once; a budget that is too strict, or that protects unhealthy pods, blocks the upgrade.",
  fix: "Add one PodDisruptionBudget with maxUnavailable 1, unhealthyPodEvictionPolicy AlwaysAllow and the pods' labels as selector.",
  severity: "medium",
  relatedChecks: [
    "kube-linter:pdb-max-unavailable",
    "kube-linter:pdb-unhealthy-pod-eviction-policy",
    "kyverno:require-pdb",
  ],
  resourceTypes: [...replicated, ...scalers, ...budgets],
  example: {
    good: "{ maxUnavailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow, selector: { matchLabels } }",
    bad: "{ minAvailable: 2, selector: { matchLabels } } for two replicas",
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    const servers = new Set(objects.allPods.filter((pods) => mayAnswer(pods, config)));
    const guards = new Map([...servers].map((pods): [Pods, StackResource[]] => [pods, []]));
    for (const resource of resources.filter(isOf(budgets))) {
      const selector = at(resource.props, "spec", "selector");
      const guarded = objects
        .podsSelected(namespaceOf(resource), selector)
        .filter((pods) => servers.has(pods));
      for (const pods of guarded) guards.get(pods)?.push(resource);
      const isPlaced = typeof namespaceOf(resource) === "string";
      if (!(isPlaced && isReadable(selector)) && isNear(resource, servers))
        yield {
          resource,
          path: isPlaced ? "spec.selector" : "metadata.namespace",
          problem: "which pods it protects isn't known",
          allowed: "a namespace and a selector known at preview",
        };
      else if (guarded.length > 0) yield* budgetProblems(resource);
    }
    for (const [pods, found] of guards)
      yield* podProblems(pods, found.length, objects.minReplicas(pods.workload));
  },
};

function* budgetProblems(resource: StackResource): Iterable<StackFinding> {
  const spec = at(resource.props, "spec");
  const hasMinAvailable = at(spec, "minAvailable") !== undefined;
  if (hasMinAvailable || at(spec, "maxUnavailable") !== 1)
    yield {
      resource,
      path: hasMinAvailable ? "spec.minAvailable" : "spec.maxUnavailable",
      problem: hasMinAvailable
        ? "it protects a number that may be all replicas"
        : "it may protect all replicas, or none",
      allowed: "maxUnavailable 1 and no minAvailable",
    };
  // The default waits for pods that may never become ready. [Kubernetes API, PodDisruptionBudgetSpec]
  if (at(spec, "unhealthyPodEvictionPolicy") !== "AlwaysAllow")
    yield {
      resource,
      path: "spec.unhealthyPodEvictionPolicy",
      problem: "a drain waits for unhealthy pods",
      allowed: "AlwaysAllow",
    };
}

function* podProblems(
  { workload, prefix }: Pods,
  guards: number,
  minReplicas: number | Unknown,
): Iterable<StackFinding> {
  // The pods of a group are evicted together, and there are at least two.
  const single = minReplicas !== unknown && minReplicas < 2 && prefix === "";
  if (guards === 1 || (guards === 0 && single)) return;
  yield {
    resource: workload,
    path: `${prefix}podDisruptionBudget`,
    problem:
      guards === 0
        ? "a drain may evict all of its replicas at once"
        : `${guards} budgets select its pods, so none of them can be evicted`,
    allowed: "one PodDisruptionBudget that selects its pods",
  };
}

/** Whether its namespace lets it select one of the pods. */
function isNear(budget: StackResource, pods: ReadonlySet<Pods>): boolean {
  const namespace = namespaceOf(budget);
  return [...pods].some((one) => same(one.namespace, namespace) !== false);
}

function isReadable(selector: Value): boolean {
  return selector === undefined || (isFields(selector) && isKnown(selector));
}

function isKnown(value: Value): boolean {
  if (isList(value)) return value.every(isKnown);
  return isFields(value) ? Object.values(value).every(isKnown) : value !== unknown;
}
