import { queueSeconds } from "../monitoring/objectives.ts";
import type { LoadSignal, SignalArgs } from "./engine.ts";

/**
 * Requests that wait, and the P90 of the time they wait: both grow with the load. TTFT doesn't serve here: it grows
 * with the length of the prompt, on any number of replicas.
 * @param metrics the engine's gauge of waiting requests, its histogram of seconds in the queue, and a gauge that each replica publishes
 */
export function queueSignals(
  metrics: { readonly waiting: string; readonly queueTime: string; readonly present: string },
  { series, concurrentSequences }: SignalArgs,
): readonly LoadSignal[] {
  const { waiting, queueTime, present } = metrics;
  return [
    {
      query: `sum(${waiting}{${series}})`,
      perReplica: Math.max(1, Math.round(concurrentSequences / 8)),
    },
    {
      // Without requests the quantile is NaN, which the comparison drops: no load, not a failure.
      query:
        `(histogram_quantile(0.9, sum by (le) (rate(${queueTime}_bucket{${series}}[2m]))) > 0 ` +
        `or vector(0)) * count(${present}{${series}})`,
      perReplica: queueSeconds,
    },
  ];
}
