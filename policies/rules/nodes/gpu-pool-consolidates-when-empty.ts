import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, isList, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { nodePool } from "../../read/kubernetes/cluster.ts";
import { same } from "../../read/kubernetes/kubernetes.ts";
import { mayHaveGpus } from "../../read/kubernetes/node-pool.ts";
import { duration } from "../../read/text/duration.ts";

/** A node that is empty briefly is often needed again soon. */
const shortestSeconds = 300;

export const gpuPoolConsolidatesWhenEmpty: ResourceRule = {
  name: "gpu-pool-consolidates-when-empty",
  title: "GPU nodes are consolidated only when empty.",
  why: "By default Karpenter moves pods to cheaper nodes: each move cuts streams and reloads weights, and a reserved node may not be available again.",
  fix: "Set consolidationPolicy WhenEmpty with consolidateAfter of 5m or more, Never for reserved pools, and a budget without schedule or reasons.",
  severity: "high",
  relatedChecks: { none: "the studied tools have no rule about Karpenter" },
  resourceTypes: [nodePool],
  example: {
    good: "disruption: { consolidationPolicy: WhenEmpty, consolidateAfter: 10m, budgets: [{ nodes: '1' }] }",
    bad: "disruption: { consolidationPolicy: WhenEmptyOrUnderutilized }",
  },

  *check({ props }) {
    if (!mayHaveGpus(props)) return;
    const disruption = at(props, "spec", "disruption");
    // Unset means WhenEmptyOrUnderutilized. [Karpenter, NodePools]
    if (at(disruption, "consolidationPolicy") !== "WhenEmpty")
      yield finding("consolidationPolicy", "nodes in use may be replaced", "WhenEmpty");
    yield* waitProblems(at(disruption, "consolidateAfter"), mayBeOnlyReserved(props));
    if (!alwaysLimited(at(disruption, "budgets")))
      yield finding(
        "budgets",
        "no budget applies at all times",
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
        "a reserved node may be removed and not be available again",
        "Never, or a capacity type other than reserved, known at preview",
      ),
    ];
  const seconds = duration(after);
  if (seconds !== unknown && seconds >= shortestSeconds) return [];
  return [
    finding(
      "consolidateAfter",
      "a node is removed sooner than its model can start again",
      `Never, or ${shortestSeconds / 60}m or longer`,
    ),
  ];
}

/** Whether the pool may use only reserved capacity, as far as its requirements can be read. */
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

/** One budget without a schedule is enough if it applies to all reasons; Karpenter uses the strictest budget. */
function alwaysLimited(budgets: Value): boolean {
  if (!isList(budgets)) return false;
  return budgets.some(
    (budget) =>
      typeof at(budget, "nodes") === "string" &&
      at(budget, "schedule") === undefined &&
      at(budget, "reasons") === undefined,
  );
}
