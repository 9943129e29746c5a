import { exporters } from "../components/monitoring/exporters.ts";

type Labels = Readonly<Record<string, string>>;

/** Values of the labels that queries narrow or group by; every other label has one value. */
const labelValues: Readonly<Record<string, readonly string[]>> = {
  environment: ["dev"],
  model: ["chat"],
  colour: ["blue", "green"],
  tenant: ["batch", "web"],
  route: ["assistant"],
  code: ["ok", "provider_error", "rate_limited"],
  cache: ["none", "exact"],
  kind: ["input", "output"],
  limit: ["requests_day", "budget_month"],
  provider: ["openai"],
  status: ["2xx", "5xx"],
  handler: ["/v1/chat/completions"],
  gpu: ["0", "1"],
  nodepool: ["a10g"],
  resource_type: ["cpu"],
  instance_type: ["g5.xlarge"],
  capacity_type: ["on-demand"],
  method: ["Create"],
  condition: ["false", "Ready"],
  persistentvolumeclaim: ["prometheus-0", "alertmanager-0"],
  rule_group: ["gantry", "gantry-series"],
  job: ["monitoring/engines", "gateway/gateway"],
};
const namespaces: Readonly<Record<string, string>> = {
  vllm: "models",
  extension: "gateway",
  kubeStateMetrics: "models",
  keda: "models",
};
/** A moment's value of a gauge that isn't near one. */
const gauges: Readonly<Record<string, number>> = {
  "vllm:num_requests_running": 12,
  "vllm:num_requests_waiting": 3,
  "vllm:kv_cache_usage_perc": 0.6,
  DCGM_FI_DEV_GPU_UTIL: 80,
  DCGM_FI_DEV_FB_USED: 20_800,
  DCGM_FI_DEV_FB_FREE: 2_200,
  DCGM_FI_DEV_GPU_TEMP: 66,
  DCGM_FI_DEV_POWER_USAGE: 240,
  DCGM_FI_DEV_XID_ERRORS: 0,
  DCGM_FI_DEV_ROW_REMAP_FAILURE: 0,
  DCGM_FI_DEV_ECC_DBE_VOL_TOTAL: 0,
  gantry_gateway_redis_lost: 0,
  gantry_gateway_provider_degraded: 0,
  gantry_gateway_limit_used_ratio: 0.5,
  prometheus_tsdb_head_series: 90_000,
  prometheus_rule_group_last_duration_seconds: 0.1,
  kubelet_volume_stats_available_bytes: 30e9,
  kubelet_volume_stats_capacity_bytes: 50e9,
  externalsecret_status_condition: 0,
  kube_pod_status_scheduled: 0,
};
/** Units a second of counters that count more than requests. */
const rates: Readonly<Record<string, number>> = {
  "vllm:generation_tokens_total": 900,
  "vllm:prompt_tokens_total": 2400,
  "vllm:prefix_cache_queries_total": 2400,
  "vllm:prefix_cache_hits_total": 1100,
  "vllm:num_preemptions_total": 0.01,
  gantry_gateway_tokens_total: 400,
  gantry_gateway_cost_usd_total: 0.0004,
  gantry_gateway_fallbacks_total: 0.05,
  gantry_gateway_records_lost_total: 0,
  keda_scaler_detail_errors_total: 0,
  karpenter_cloudprovider_errors_total: 0,
};
/** Share of the observations up to each bound. */
const buckets: Readonly<Record<string, number>> = { "0.1": 0.2, "0.5": 0.7, "2.5": 0.97, "5": 1, "+Inf": 1 };
const failing = new Set(["provider_error", "rate_limited", "5xx"]);
const stepSeconds = 30;

/** From the first moment to the last, in seconds since 1970, with the switch of `chat` from blue to green. */
export interface HistorySpan {
  readonly from: number;
  readonly until: number;
  readonly switched: number;
}

/** Two hours or more of every metric in the exporters' tables, with their labels, as OpenMetrics. */
export function exportersHistory(span: HistorySpan): string {
  const lines: string[] = [];
  for (const [exporter, { labels, metrics, histograms = {} }] of Object.entries(exporters)) {
    // Its slots run vLLM, and a metric of LiteLLM's own is on no dashboard.
    if (exporter === "tgi" || exporter === "litellm") continue;
    for (const [metric, own] of Object.entries(metrics))
      for (const one of product(exporter, `${labels} ${own}`, metric === "up" ? ["job"] : []))
        write(lines, metric, one, (at) =>
          metric.endsWith("_total")
            ? (rates[metric] ?? 1) * counted(one, at, span)
            : gauge(metric, one, at, span),
        );
    for (const [metric, own] of Object.entries(histograms))
      for (const one of product(exporter, `${labels} ${own}`)) {
        for (const [le, share] of Object.entries(buckets))
          write(lines, `${metric}_bucket`, { ...one, le }, (at) => share * counted(one, at, span));
        write(lines, `${metric}_count`, one, (at) => counted(one, at, span));
        write(lines, `${metric}_sum`, one, (at) => 0.6 * counted(one, at, span));
      }
  }
  return [...lines, "# EOF", ""].join("\n");

  function write(to: string[], metric: string, labels: Labels, value: (at: number) => number) {
    const written = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    for (let at = span.from; at <= span.until; at += stepSeconds)
      to.push(`${metric}{${written.join(",")}} ${value(at)} ${at}`);
  }
}

/** Requests since the beginning: the live colour takes nine of ten, and few of them fail. */
function counted({ colour, code, status }: Labels, at: number, { from, switched }: HistorySpan): number {
  const before = Math.min(at, switched) - from;
  const after = Math.max(0, at - switched);
  const share = colour === undefined ? [1, 1] : colour === "blue" ? [0.9, 0.1] : [0.1, 0.9];
  const often = failing.has(code ?? status ?? "") ? 0.004 : 1;
  return often * 2 * ((share[0] ?? 0) * before + (share[1] ?? 0) * after);
}

function gauge(metric: string, labels: Labels, at: number, { from }: HistorySpan): number {
  const base = gauges[metric] ?? 1;
  const later = labels.colour === "green" || labels.gpu === "1" || labels.tenant === "web" ? 1 : 0;
  return base * (1 + 0.08 * Math.sin((at - from) / 900 + later));
}

/** Every combination of the labels' values. */
function product(exporter: string, names: string, several: readonly string[] = []): Labels[] {
  const own = names.split(" ").filter((name) => name !== "");
  const target = { environment: "dev", job: exporter, namespace: namespaces[exporter] ?? "monitoring" };
  let all: Labels[] = [target];
  for (const label of [...own, ...several])
    all = all.flatMap((one) => (labelValues[label] ?? ["x"]).map((value) => ({ ...one, [label]: value })));
  return all.map((one) => ({
    ...one,
    pod: `${exporter}-${one.colour ?? "0"}`,
    ...(own.includes("release") && { release: one.colour === "blue" ? "4f1d02aa91c3" : "b7703ce5518e" }),
  }));
}
