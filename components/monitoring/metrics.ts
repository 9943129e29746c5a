/**
 * Names of the series that alerts, autoscaling, rollout gates and the simulated engines share: each stands here once, as
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

/** NVIDIA's dcgm-exporter, one series per GPU. Its own pod is `pod`, the one that has the GPU `exported_pod`. */
export const gpuMetrics = {
  /** Percent of the time in which kernels ran. */
  utilization: "DCGM_FI_DEV_GPU_UTIL",
  /** Degrees Celsius. */
  temperature: "DCGM_FI_DEV_GPU_TEMP",
  /** Code of the last Xid error, 0 without one. */
  xid: "DCGM_FI_DEV_XID_ERRORS",
  /** 1 where a memory row failed and no spare one is left. */
  rowRemapFailure: "DCGM_FI_DEV_ROW_REMAP_FAILURE",
} as const;

/** Every request that reached the gateway, by `requested_model`. [LiteLLM, integrations/prometheus.py] */
export const gatewayRequests = "litellm_proxy_total_requests_metric_total";

/** 1 while a gateway's pod counts limits without Redis. [components/gateway/extension/gantry_gateway/metrics.py] */
export const gatewayRedisLost = "gantry_gateway_redis_lost";

/** Seconds between two scrapes of engines and GPUs. */
export const scrapeSeconds = 15;
