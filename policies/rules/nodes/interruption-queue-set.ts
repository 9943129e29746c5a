import type { StackRule } from "../../framework/rule.ts";
import { at, unknown, type Value } from "../../framework/value.ts";
import { chartReleases } from "../../read/kubernetes/cluster.ts";

const queues: readonly string[] = ["aws:sqs/queue:Queue"];

export const interruptionQueueSet: StackRule = {
  name: "interruption-queue-set",
  title: "Karpenter hears of interruptions before they happen.",
  why: "Without the queue a spot node disappears under its streams; with it the pods have two minutes to finish them.",
  fix: "Set settings.interruptionQueue of the Karpenter release to a queue of this stack.",
  severity: "medium",
  level: "mandatory",
  relatedChecks: { none: "the studied tools have no rule about Karpenter" },
  resourceTypes: [...chartReleases, ...queues],
  example: {
    good: "values: { settings: { interruptionQueue: gantry-dev } }",
    bad: "values: { interruptionQueue: gantry-dev }",
  },
  config: {},

  *checkStack({ resources }) {
    const hasQueue = resources.some(({ type }) => queues.includes(type));
    for (const resource of resources.filter(
      ({ type, props }) => chartReleases.includes(type) && isKarpenter(props),
    )) {
      const queue = at(resource.props, "values", "settings", "interruptionQueue");
      // The queue's name may be known after its creation only; it's there when it isn't a plain empty value.
      const set =
        queue !== undefined && queue !== "" && typeof queue !== "boolean" && typeof queue !== "number";
      if (set && hasQueue) continue;
      yield {
        resource,
        path: "values.settings.interruptionQueue",
        problem: hasQueue ? "Karpenter is told of no queue" : "no queue of this stack takes the warnings",
        allowed: "the name of a queue of this stack",
      };
    }
  },
};

/** The chart's controller, or what may be it; the chart beside it holds definitions only. */
function isKarpenter(props: Value): boolean {
  const chart = at(props, "chart");
  return chart === unknown || (typeof chart === "string" && chart.split("/").at(-1) === "karpenter");
}
