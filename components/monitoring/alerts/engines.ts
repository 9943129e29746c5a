import { promql, reading } from "../metrics/indicator.ts";
import { slotIndicators } from "../metrics/slots.ts";
import { tgiMetrics, vllmMetrics } from "../metrics.ts";
import { colourDifference, throughputShare, timeToFirstTokenSeconds } from "../objectives.ts";
import type { Alert } from "./alert.ts";

const { firstTokenP90, latencyMean, waiting, waitingPerReplica, kvCache, preempted } = slotIndicators;
const { answered, errors, throughput, trafficShare } = slotIndicators;
const slotName = "{{ $labels.model }} {{ $labels.colour }}";
const ofModel = "environment, model";
/** Colours that answer often enough to be compared. One that fails every request finishes none, and answers. */
const busyColours = `(sum by (${ofModel}, colour) (${promql(answered)}) > 0.1)`;
const colourErrors = `max by (${ofModel}, colour) (${reading(errors)}) and on (${ofModel}, colour) ${busyColours}`;
const share = reading(trafficShare);

/** Alerts on the engines' own metrics. */
export const engineAlerts: readonly Alert[] = [
  {
    name: "TimeToFirstTokenHigh",
    expr: `(${promql(firstTokenP90)}) > ${firstTokenP90.threshold}`,
    for: "10m",
    severity: "warning",
    summary: `${slotName}: 10 % of the answers have a TTFT above {{ $value | humanizeDuration }}`,
    description: `The objective is ${timeToFirstTokenSeconds} s. The slot is at its maximum, waits for a node, or its prompts grew.`,
  },
  {
    name: "RequestsSlow",
    expr: `${promql(latencyMean)} > ${latencyMean.threshold}`,
    for: "10m",
    severity: "warning",
    summary: `${slotName}: a request takes {{ $value | humanizeDuration }} on average`,
    description: `The objective is ${latencyMean.threshold} s. Answers grew longer, or too many requests run at the same time.`,
  },
  {
    name: "RequestsWaiting",
    expr: `(${promql(waitingPerReplica)}) > ${waitingPerReplica.threshold}`,
    for: "10m",
    severity: "warning",
    summary: `${slotName}: {{ $value | humanize }} requests wait for each replica`,
    description: "More than two for each replica, for ten minutes: the autoscaler doesn't keep up.",
  },
  {
    name: "QueueLong",
    expr: `(${promql(waiting)}) > ${waiting.threshold}`,
    for: "5m",
    severity: "critical",
    summary: `${slotName}: {{ $value }} requests wait`,
    description: "Callers time out before their request is computed, and retry.",
  },
  {
    name: "KvCacheFull",
    expr: `${promql(kvCache)} > ${kvCache.threshold}`,
    for: "10m",
    severity: "warning",
    summary: `${slotName}: the KV cache is {{ $value | humanizePercentage }} full`,
    description: "New requests preempt running ones, which are recomputed.",
  },
  {
    name: "RequestsPreempted",
    expr: `${promql(preempted)} > ${preempted.threshold}`,
    for: "10m",
    severity: "warning",
    summary: `${slotName}: {{ $value | humanize }} requests a second are preempted and recomputed`,
    description: "The KV cache is too small for what runs at the same time.",
  },
  {
    name: "EngineStalled",
    expr:
      `(${vllmMetrics.running} > 0) unless on (pod) (rate(${vllmMetrics.generatedTokens}[2m]) > 0 or rate(${vllmMetrics.promptTokens}[2m]) > 0) ` +
      `or (${tgiMetrics.batchSize} > 0) unless on (pod) (rate(${tgiMetrics.batches}[2m]) > 0)`,
    for: "3m",
    severity: "critical",
    summary: `${slotName}: {{ $labels.pod }} has running requests and generates no tokens`,
    description: "The engine hangs while its health check succeeds. Delete the pod.",
  },
  {
    name: "ThroughputDegraded",
    // Only while requests wait: an engine with little to do makes few tokens.
    expr:
      `${reading(throughput)} < ${throughputShare} * max_over_time(${reading(throughput)}[1d] offset 1h) ` +
      `and min_over_time(${reading(waiting)}[10m]) > 0`,
    for: "15m",
    severity: "warning",
    summary: `${slotName}: a replica generates {{ $value | humanize }} tokens a second, far fewer than the day before`,
    description: `Requests wait, and it generates less than ${throughputShare * 100} % of its maximum of the last day. The GPU is throttled, or the kind of requests has changed.`,
  },
  {
    name: "ColoursDiffer",
    expr: `max by (${ofModel}) (${colourErrors}) - min by (${ofModel}) (${colourErrors}) > ${colourDifference}`,
    for: "10m",
    severity: "warning",
    summary:
      "{{ $labels.model }}: one colour fails {{ $value | humanizePercentage }} more often than the other",
    description:
      "Both answer the same callers, so the release is the difference. Roll back to the one that fails less.",
  },
  {
    name: "CanaryUnfinished",
    expr: `min by (${ofModel}) (min_over_time(${share}[12h]) and ${share} offset 12h) > 0.01`,
    for: "30m",
    severity: "warning",
    summary:
      "{{ $labels.model }}: a canary has had {{ $value | humanizePercentage }} of the requests or more for half a day",
    description:
      "Its gates are inconclusive, or the rollout was left unfinished. Two releases answer the same callers meanwhile.",
  },
];
