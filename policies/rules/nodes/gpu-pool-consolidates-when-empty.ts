import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, isList, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { nodePool } from "../../read/kubernetes/cluster.ts";
import { same } from "../../read/kubernetes/kubernetes.ts";
import { mayHaveGpus } from "../../read/kubernetes/node-pool.ts";
import { duration } from "../../read/text/duration.ts";

/** A node that is empty for a moment is asked for again soon. */
const shortestSeconds = 300;

export const gpuPoolConsolidatesWhenEmpty: ResourceRule = {
  name: "gpu-pool-consolidates-when-empty",
  title: "GPU nodes are taken away only when they are empty.",
  why: "Karpenter's default moves pods to cheaper nodes: each move cuts streams, loads the weights again, and a reserved node may not come back.",
  fix: "Set consolidationPolicy WhenEmpty with consolidateAfter of 5m or more, Never for reserved pools, and a budget without schedule or reasons.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools have no rule about Karpenter" },
  resourceTypes: [nodePool],
  example: {
    good: "disruption: { consolidationPolicy: WhenEmpty, consolidateAfter: 10m, budgets: [{ nodes: '1' }] }",
    bad: "disruption: { consolidationPolicy: WhenEmptyOrUnderutilized }",
  },
  config: {},

  *check({ props }) {
    if (!mayHaveGpus(props)) return;
    const disruption = at(props, "spec", "disruption");
    // Unset is WhenEmptyOrUnderutilized. [Karpenter, NodePools]
    if (at(disruption, "consolidationPolicy") !== "WhenEmpty")
      yield finding("consolidationPolicy", "nodes in use may be replaced", "WhenEmpty");
    yield* waitProblems(at(disruption, "consolidateAfter"), mayBeOnlyReserved(props));
    if (!alwaysLimited(at(disruption, "budgets")))
      yield finding(
        "budgets",
        "no budget holds at all times",
        "a budget with nodes, and without schedule or reasons",
      );
  },
};

function finding(field: string, problem: string, allowed: string): Finding {
  return { path: `spec.disruption.${field}`, problem, allowed };
}

function waitProblems(after: Value, reserved: boolean): Finding[] {
  if (after === "Never") return [];
  if (reserved)
    return [
      finding(
        "consolidateAfter",
        "a reserved node may go and not come back",
        "Never, or a type of capacity besides reserved that is known at preview",
      ),
    ];
  const seconds = duration(after);
  if (seconds !== unknown && seconds >= shortestSeconds) return [];
  return [
    finding(
      "consolidateAfter",
      "a node goes sooner than its model starts",
      `Never, or ${shortestSeconds / 60}m or longer`,
    ),
  ];
}

/** Whether the pool takes nothing but reserved capacity, as far as its requirements can be read. */
function mayBeOnlyReserved(props: Value): boolean {
  const requirements = orUnknown(elements(at(props, "spec", "template", "spec", "requirements")));
  return ["spot", "on-demand"].every((capacity) => requirements.some((one) => mayRuleOut(one, capacity)));
}

function mayRuleOut(requirement: Value, capacity: string): boolean {
  if (same(at(requirement, "key"), "karpenter.sh/capacity-type") === false) return false;
  const values = orUnknown(elements(at(requirement, "values")));
  switch (at(requirement, "operator")) {
    case "In":
      return !values.includes(capacity);
    case "NotIn":
      return values.includes(capacity) || values.includes(unknown);
    case "Exists":
      return false;
    default:
      return true;
  }
}

/** One budget without a schedule is enough, when it is for all reasons; Karpenter takes the strictest of all. */
function alwaysLimited(budgets: Value): boolean {
  if (!isList(budgets)) return false;
  return budgets.some(
    (budget) =>
      typeof at(budget, "nodes") === "string" &&
      at(budget, "schedule") === undefined &&
      at(budget, "reasons") === undefined,
  );
}
