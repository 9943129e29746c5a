/**
 * Names of the series that alerts, autoscaling, rollout gates and the simulated engines share: each is defined here once, as
 * its exporter publishes it. A histogram is named without `_bucket`, `_count` and `_sum`.
 */

/** vLLM, one series per engine, with the labels `engine` and `model_name`. [vllm/v1/metrics/loggers.py] */
export const vllmMetrics = {
  /** Requests that are computed now. */
  running: "vllm:num_requests_running",
  /** Requests in the queue. */
  waiting: "vllm:num_requests_waiting",
  /** Share of the KV cache that is in use, 0 to 1. */
  kvCacheUsage: "vllm:kv_cache_usage_perc",
  /** Requests that lost their KV cache to others and are computed again. */
  preemptions: "vllm:num_preemptions_total",
  promptTokens: "vllm:prompt_tokens_total",
  generatedTokens: "vllm:generation_tokens_total",
  prefixCacheQueries: "vllm:prefix_cache_queries_total",
  prefixCacheHits: "vllm:prefix_cache_hits_total",
  /** Finished requests by `finished_reason`. */
  finished: "vllm:request_success_total",
  /** Seconds in the queue, histogram. */
  queueTime: "vllm:request_queue_time_seconds",
  /** TTFT in seconds, histogram. */
  timeToFirstToken: "vllm:time_to_first_token_seconds",
  /** Mean TPOT of one request in seconds, histogram. */
  timePerOutputToken: "vllm:request_time_per_output_token_seconds",
  /** Seconds from a request's arrival to its last token, histogram. */
  latency: "vllm:e2e_request_latency_seconds",
  /** Answers of the HTTP server by `handler`, `method` and `status` (`2xx`). [prometheus-fastapi-instrumentator] */
  httpRequests: "http_requests_total",
} as const;

/** Text Generation Inference. [huggingface/text-generation-inference docs/source/reference/metrics.md, router/src/server.rs] */
export const tgiMetrics = {
  queued: "tgi_queue_size",
  /** Requests in the batch that is computed. */
  batchSize: "tgi_batch_current_size",
  /** Batches that were computed. */
  batches: "tgi_batch_inference_success",
  /** Seconds in the queue, histogram. */
  queueTime: "tgi_request_queue_duration",
} as const;

/** NVIDIA's dcgm-exporter, one series per GPU. Its own pod is `pod`, the one that has the GPU `exported_pod`. [dcgm-counters.ts] */
export const gpuMetrics = {
  /** Percent of the time in which kernels ran. */
  utilization: "DCGM_FI_DEV_GPU_UTIL",
  /** MiB. */
  memoryUsed: "DCGM_FI_DEV_FB_USED",
  memoryFree: "DCGM_FI_DEV_FB_FREE",
  /** Degrees Celsius. */
  temperature: "DCGM_FI_DEV_GPU_TEMP",
  /** Watts. */
  power: "DCGM_FI_DEV_POWER_USAGE",
  /** Code of the last Xid error, 0 without one. */
  xid: "DCGM_FI_DEV_XID_ERRORS",
  /** 1 where a memory row failed and no spare one is left. */
  rowRemapFailure: "DCGM_FI_DEV_ROW_REMAP_FAILURE",
  /** ECC errors that couldn't be corrected, since the driver was loaded. */
  eccUncorrectable: "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL",
} as const;

/** The gateway's. [components/gateway/extension/gantry_gateway/metrics.py] */
export const gatewayMetrics = {
  /** Requests by `tenant`, `route` (the requested name), `model`, `code` and `cache`. */
  requests: "gantry_gateway_requests_total",
  /** By `tenant`, `route`, `model` and `kind`: `input` or `output`. */
  tokens: "gantry_gateway_tokens_total",
  /** US dollars, by `tenant`, `route` and `model`. */
  cost: "gantry_gateway_cost_usd_total",
  /** Seconds to the first token of streams, histogram by `route` and `model`. */
  firstToken: "gantry_gateway_first_token_seconds",
  /** Requests that another model answered than the first one of their order, by `route` and `model`. */
  fallbacks: "gantry_gateway_fallbacks_total",
  /** 1 while limits are counted without Redis. */
  redisLost: "gantry_gateway_redis_lost",
  /** 1 while a `provider`'s status page reports a problem. */
  providerDegraded: "gantry_gateway_provider_degraded",
  /** Share that a `tenant` used of a `limit`: `requests_day`, `tokens_day` or `budget_month`. */
  limitUsed: "gantry_gateway_limit_used_ratio",
  /** Records that didn't reach S3, by `reason`. */
  recordsLost: "gantry_gateway_records_lost_total",
} as const;

/** kube-state-metrics, of pods. */
export const podMetrics = {
  labels: "kube_pod_labels",
  scheduled: "kube_pod_status_scheduled",
} as const;

/** Karpenter. [karpenter.sh/docs/reference/metrics] */
export const karpenterMetrics = {
  allocatable: "karpenter_nodes_allocatable",
  /** US dollars an hour. */
  offeringPrice: "karpenter_cloudprovider_instance_type_offering_price_estimate",
  errors: "karpenter_cloudprovider_errors_total",
} as const;

/** KEDA. [keda.sh/docs, integrations/prometheus] */
export const kedaMetrics = { errors: "keda_scaler_detail_errors_total" } as const;

/** External Secrets. [external-secrets.io, api/metrics] */
export const externalSecretsMetrics = { condition: "externalsecret_status_condition" } as const;

/** The kubelet, of volumes. */
export const kubeletMetrics = {
  volumeFree: "kubelet_volume_stats_available_bytes",
  volumeSize: "kubelet_volume_stats_capacity_bytes",
} as const;

/** Prometheus, of itself and its targets. */
export const prometheusMetrics = {
  up: "up",
  series: "prometheus_tsdb_head_series",
  ruleSeconds: "prometheus_rule_group_last_duration_seconds",
} as const;

/** Seconds between two scrapes of engines and GPUs. */
export const scrapeSeconds = 15;
