import type { StackRule } from "../../framework/rule.ts";
import { at, unknown, type Value } from "../../framework/value.ts";
import { chartReleases } from "../../read/kubernetes/cluster.ts";

const queues: readonly string[] = ["aws:sqs/queue:Queue"];

export const interruptionQueueSet: StackRule = {
  name: "interruption-queue-set",
  title: "Karpenter receives interruption notices.",
  why: "Without the queue a spot node is interrupted in the middle of streams; with it the pods have two minutes to finish them.",
  fix: "Set settings.interruptionQueue of the Karpenter release to a queue of this stack.",
  severity: "medium",
  relatedChecks: { none: "the studied tools have no rule about Karpenter" },
  resourceTypes: [...chartReleases, ...queues],
  example: {
    good: "values: { settings: { interruptionQueue: gantry-dev } }",
    bad: "values: { interruptionQueue: gantry-dev }",
  },

  *checkStack({ resources }) {
    const hasQueue = resources.some(({ type }) => queues.includes(type));
    for (const resource of resources.filter(
      ({ type, props }) => chartReleases.includes(type) && isKarpenter(props),
    )) {
      const queue = at(resource.props, "values", "settings", "interruptionQueue");
      // The queue's name may be known only after its creation; an unknown value counts as set.
      const set =
        queue !== undefined && queue !== "" && typeof queue !== "boolean" && typeof queue !== "number";
      if (set && hasQueue) continue;
      yield {
        resource,
        path: "values.settings.interruptionQueue",
        problem: hasQueue
          ? "Karpenter has no interruption queue"
          : "the stack has no queue for interruption notices",
        allowed: "the name of a queue of this stack",
      };
    }
  },
};

/** The controller's chart, or one that may be it; the karpenter-crd chart contains only definitions. */
function isKarpenter(props: Value): boolean {
  const chart = at(props, "chart");
  return chart === unknown || (typeof chart === "string" && chart.split("/").at(-1) === "karpenter");
}
