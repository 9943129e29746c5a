import { tgiMetrics, vllmMetrics } from "../metrics.ts";
import { kvCacheShare, processingSeconds, queueLength, timeToFirstTokenSeconds } from "../objectives.ts";
import { type Indicator, quantileOf, rateOf, shareOf } from "./indicator.ts";

/** Labels that distinguish engines' series; the first comes from the scrape class, the others from the pod. */
const slotLabels = "environment, model, colour, release";

const sum = (expr: string) => `sum by (${slotLabels}) (${expr})`;
const gauge = (metric: string) => `${metric}{$where}`;
/** vLLM's, or TGI's where a slot runs that. */
const either = (...exprs: readonly string[]) => exprs.join(" or ");
const answers = (status: string) =>
  sum(rateOf(vllmMetrics.httpRequests, `handler=~"/v1/.+",handler!="/v1/models",status=~"${status}"`));
const requests = sum(rateOf(vllmMetrics.finished));
const byColour = `sum by (environment, model, colour) (${rateOf(vllmMetrics.finished)})`;
const byModel = `sum by (environment, model) (${rateOf(vllmMetrics.finished)})`;
/** The rule of `trafficShare`. */
const share = "slot:traffic_share:ratio5m";
const replicas = `count by (${slotLabels}) (${gauge(vllmMetrics.running)})`;

/** The engines' own metrics, one series for each slot and release. */
export const slotIndicators = {
  requests: {
    unit: "reqps",
    means: "Requests that the slot's engines finished, over five minutes.",
    expr: requests,
    record: "slot:requests:rate5m",
  },
  trafficShare: {
    unit: "percentunit",
    means: "Share of the model's finished requests that each colour computed, over five minutes.",
    expr: `${byColour} / on (environment, model) group_left () (${byModel} > 0)`,
    record: share,
  },
  switched: {
    unit: "percentunit",
    means: "Share of the traffic of a colour that began to take most of it, within the last two minutes.",
    expr: `(${share} > 0.5 unless on (environment, model, colour) (${share} offset 2m > 0.5)) and on (environment, model) ${share} offset 2m`,
  },
  answered: {
    unit: "reqps",
    means: "HTTP answers of the slot's engines, failed ones among them, over five minutes.",
    expr: answers("2xx|5xx"),
  },
  errors: {
    unit: "percentunit",
    means: "Share of the engines' HTTP answers that are 5xx, over five minutes.",
    expr: shareOf(answers("5xx"), answers("2xx|5xx")),
    record: "slot:errors:ratio5m",
  },
  firstTokenP50: {
    unit: "s",
    means: "TTFT that half of the answers stay below, over five minutes.",
    expr: quantileOf(0.5, vllmMetrics.timeToFirstToken, slotLabels),
    record: "slot:first_token_seconds:p50_5m",
  },
  firstTokenP90: {
    unit: "s",
    means: "TTFT that 90 of 100 answers stay below, over five minutes; of TGI the time in its queue.",
    // Text Generation Inference measures the time in its queue only, which comes before the first token.
    expr: either(
      quantileOf(0.9, vllmMetrics.timeToFirstToken, slotLabels),
      quantileOf(0.9, tgiMetrics.queueTime, slotLabels),
    ),
    record: "slot:first_token_seconds:p90_5m",
    threshold: timeToFirstTokenSeconds,
  },
  timePerTokenP50: {
    unit: "s",
    means: "TPOT that half of the answers stay below, over five minutes.",
    expr: quantileOf(0.5, vllmMetrics.timePerOutputToken, slotLabels),
    record: "slot:time_per_token_seconds:p50_5m",
  },
  latencyP50: {
    unit: "s",
    means: "Seconds from arrival to the last token that half of the requests stay below, over five minutes.",
    expr: quantileOf(0.5, vllmMetrics.latency, slotLabels),
    record: "slot:latency_seconds:p50_5m",
  },
  latencyP99: {
    unit: "s",
    means: "Seconds from arrival to the last token that 99 of 100 requests stay below, over five minutes.",
    expr: quantileOf(0.99, vllmMetrics.latency, slotLabels),
    record: "slot:latency_seconds:p99_5m",
  },
  latencyMean: {
    unit: "s",
    means: "Mean seconds from arrival to the last token, over five minutes.",
    expr: `${sum(rateOf(`${vllmMetrics.latency}_sum`))} / (${sum(rateOf(`${vllmMetrics.latency}_count`))} > 0)`,
    record: "slot:latency_seconds:mean5m",
    threshold: processingSeconds,
  },
  running: {
    unit: "short",
    means: "Requests that are computed now.",
    expr: either(sum(gauge(vllmMetrics.running)), sum(gauge(tgiMetrics.batchSize))),
  },
  waiting: {
    unit: "short",
    means: "Requests in the engines' queues.",
    expr: either(sum(gauge(vllmMetrics.waiting)), sum(gauge(tgiMetrics.queued))),
    record: "slot:requests_waiting:sum",
    threshold: queueLength,
  },
  waitingPerReplica: {
    unit: "short",
    means: "Requests that wait for each replica.",
    expr: [vllmMetrics.waiting, tgiMetrics.queued]
      .map((metric) => `${sum(gauge(metric))} / count by (${slotLabels}) (${gauge(metric)})`)
      .join(" or "),
    threshold: 2,
  },
  kvCache: {
    unit: "percentunit",
    means: "Share of the KV cache that is in use, mean of the replicas.",
    expr: `avg by (${slotLabels}) (${gauge(vllmMetrics.kvCacheUsage)})`,
    threshold: kvCacheShare.full,
  },
  preempted: {
    unit: "reqps",
    means: "Requests that lost their KV cache and are computed again, over ten minutes.",
    expr: sum(rateOf(vllmMetrics.preemptions, "", "10m")),
    threshold: 0.1,
  },
  generated: {
    unit: "short",
    means: "Tokens a second that the engines generate, over five minutes.",
    expr: sum(rateOf(vllmMetrics.generatedTokens)),
    record: "slot:generated_tokens:rate5m",
  },
  prompted: {
    unit: "short",
    means: "Tokens a second of prompts that the engines compute, over five minutes.",
    expr: sum(rateOf(vllmMetrics.promptTokens)),
  },
  replicas: { unit: "short", means: "Engines that Prometheus reads.", expr: replicas },
  throughput: {
    unit: "short",
    means: "Tokens a second that one replica generates, over five minutes: all of its GPUs together.",
    expr: `${sum(rateOf(vllmMetrics.generatedTokens))} / ${replicas}`,
    record: "slot:generated_tokens_per_replica:rate5m",
  },
  prefixHits: {
    unit: "percentunit",
    means: "Share of the prompts' tokens that the prefix cache held, over five minutes.",
    expr: shareOf(sum(rateOf(vllmMetrics.prefixCacheHits)), sum(rateOf(vllmMetrics.prefixCacheQueries))),
  },
} as const satisfies Record<string, Indicator>;
