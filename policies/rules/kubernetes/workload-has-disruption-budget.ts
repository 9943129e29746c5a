import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at, isFields, isList, type Unknown, unknown, type Value } from "../../framework/value.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { serverKind } from "../../read/gateway/server.ts";
import { containersOf } from "../../read/kubernetes/containers.ts";
import {
  namespaceOf,
  Objects,
  type Pods,
  replicated,
  same,
  scalers,
} from "../../read/kubernetes/kubernetes.ts";

const budgets = ["kubernetes:policy/v1:PodDisruptionBudget"];

export const workloadHasDisruptionBudget: StackRule<typeof engineSettings> = {
  name: "workload-has-disruption-budget",
  title: "Nodes are drained one replica at a time, and never wait for a replica that is broken.",
  why: "Without a budget an upgrade of the nodes evicts all replicas at once; a budget that spares too many, or the broken ones, blocks the upgrade for ever.",
  fix: "Add one PodDisruptionBudget with maxUnavailable 1, unhealthyPodEvictionPolicy AlwaysAllow and the pods' labels as selector.",
  severity: "medium",
  level: "mandatory",
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
    const servers = new Set(objects.allPods.filter((pods) => answers(pods, config)));
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
          problem: "nobody can tell which pods it guards",
          allowed: "a namespace and a selector known at preview",
        };
      else if (guarded.length > 0) yield* budgetProblems(resource);
    }
    for (const [pods, found] of guards)
      yield* podProblems(pods, found.length, objects.minReplicas(pods.workload));
  },
};

/** Whether an engine or the gateway runs in pods, or may run there. */
function answers(pods: Pods, config: ConfigOf<typeof engineSettings>): boolean {
  return containersOf(pods).some((container) => serverKind(container, config) !== undefined);
}

function* budgetProblems(resource: StackResource): Iterable<StackFinding> {
  const spec = at(resource.props, "spec");
  const spares = at(spec, "minAvailable") !== undefined;
  if (spares || at(spec, "maxUnavailable") !== 1)
    yield {
      resource,
      path: spares ? "spec.minAvailable" : "spec.maxUnavailable",
      problem: spares ? "it spares a number that may be all there are" : "it may spare all replicas, or none",
      allowed: "maxUnavailable 1 and no minAvailable",
    };
  // Unset waits for pods that may never become ready. [Kubernetes API, PodDisruptionBudgetSpec]
  if (at(spec, "unhealthyPodEvictionPolicy") !== "AlwaysAllow")
    yield {
      resource,
      path: "spec.unhealthyPodEvictionPolicy",
      problem: "a drain waits for broken pods",
      allowed: "AlwaysAllow",
    };
}

function* podProblems(
  { workload, prefix }: Pods,
  guards: number,
  minReplicas: number | Unknown,
): Iterable<StackFinding> {
  // The pods of a group go together, and there are at least two.
  const single = minReplicas !== unknown && minReplicas < 2 && prefix === "";
  if (guards === 1 || (guards === 0 && single)) return;
  yield {
    resource: workload,
    path: `${prefix}podDisruptionBudget`,
    problem:
      guards === 0
        ? "a drain may evict all of its replicas at once"
        : `${guards} budgets select its pods, so that none of them can be evicted`,
    allowed: "one PodDisruptionBudget that selects its pods",
  };
}

/** Whether it may select one of the pods, as far as the namespace says. */
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
