/** Metrics that are published in this cluster, as Prometheus knows them, by who publishes them. */
const single: readonly string[] = [
  // vLLM. [vllm 2026-08: vllm/v1/metrics/loggers.py]
  "vllm:num_requests_running",
  "vllm:num_requests_waiting",
  "vllm:num_requests_waiting_by_reason",
  "vllm:kv_cache_usage_perc",
  "vllm:num_preemptions_total",
  "vllm:prompt_tokens_total",
  "vllm:generation_tokens_total",
  "vllm:request_success_total",
  "vllm:prefix_cache_queries_total",
  "vllm:prefix_cache_hits_total",
  "vllm:corrupted_requests_total",

  // Text Generation Inference 3. [text-generation-inference docs/source/reference/metrics.md]
  "tgi_batch_current_size",
  "tgi_batch_inference_success",
  "tgi_queue_size",

  // KEDA 2.20. [keda.sh/docs, integrations/prometheus]
  "keda_scaler_active",
  "keda_scaler_metrics_value",
  "keda_scaler_metrics_latency_seconds",
  "keda_scaler_detail_errors_total",
  "keda_scaled_object_errors_total",
  "keda_scaled_object_paused",

  // DCGM exporter 4.5, its default counters. [dcgm-exporter etc/default-counters.csv]
  "DCGM_FI_DEV_GPU_TEMP",
  "DCGM_FI_DEV_MEMORY_TEMP",
  "DCGM_FI_DEV_POWER_USAGE",
  "DCGM_FI_DEV_GPU_UTIL",
  "DCGM_FI_DEV_FB_FREE",
  "DCGM_FI_DEV_FB_USED",
  "DCGM_FI_DEV_XID_ERRORS",
  "DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS",
  "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS",
  "DCGM_FI_DEV_ROW_REMAP_FAILURE",

  // kube-state-metrics 2. [kube-state-metrics docs/metrics/workload]
  "kube_deployment_created",
  "kube_deployment_spec_replicas",
  "kube_deployment_status_replicas_available",
  "kube_deployment_status_replicas_unavailable",
  "kube_job_failed",
  "kube_pod_container_status_last_terminated_reason",
  "kube_pod_container_state_started",
  "kube_pod_container_status_ready",
  "kube_pod_container_status_restarts_total",
  "kube_pod_container_status_waiting_reason",
  "kube_pod_deletion_timestamp",
  "kube_pod_labels",
  "kube_pod_start_time",
  "kube_pod_status_phase",
  "kube_pod_status_ready",
  "kube_pod_status_scheduled",
  "kube_statefulset_created",
  "kube_statefulset_replicas",
  "kube_statefulset_status_replicas_ready",

  // Karpenter 1.14. [karpenter.sh/docs/reference/metrics; pkg/controllers/metrics/node]
  "karpenter_cloudprovider_errors_total",
  "karpenter_cloudprovider_instance_type_offering_price_estimate",
  "karpenter_interruption_received_messages_total",
  "karpenter_nodeclaims_created_total",
  "karpenter_nodeclaims_disrupted_total",
  "karpenter_nodeclaims_terminated_total",
  "karpenter_nodepools_limit",
  "karpenter_nodepools_usage",
  "karpenter_nodes_allocatable",
  "karpenter_scheduler_unschedulable_pods_count",

  // External Secrets 2.9. [external-secrets.io, api/metrics]
  "externalsecret_status_condition",
  "externalsecret_sync_calls_error",
  "externalsecret_sync_calls_total",
  "clustersecretstore_status_condition",

  // LiteLLM 1.84 to 1.108, of Redis with service_callback `prometheus_system`. [docs.litellm.ai/docs/proxy/prometheus]
  "litellm_deployment_cooled_down_total",
  "litellm_deployment_failed_fallbacks_total",
  "litellm_deployment_failure_responses_total",
  "litellm_deployment_state",
  "litellm_deployment_successful_fallbacks_total",
  "litellm_in_flight_requests",
  "litellm_proxy_failed_requests_metric_total",
  "litellm_proxy_total_requests_metric_total",
  "litellm_redis_failed_requests_total",
  "litellm_spend_metric_total",
  "litellm_total_tokens_metric_total",

  // Gantry's extension of the gateway. [components/gateway/extension/gantry_gateway/metrics.py]
  "gantry_gateway_cost_usd_total",
  "gantry_gateway_redis_lost",
  "gantry_gateway_requests_total",
  "gantry_gateway_tokens_total",
];

/** Those of which Prometheus has buckets, a sum and a count. */
const histograms: readonly string[] = [
  "vllm:time_to_first_token_seconds",
  "vllm:inter_token_latency_seconds",
  "vllm:e2e_request_latency_seconds",
  "vllm:request_queue_time_seconds",
  "vllm:request_prompt_tokens",
  "vllm:request_generation_tokens",
  "tgi_request_queue_duration",
  "litellm_llm_api_latency_metric",
  "litellm_llm_api_time_to_first_token_metric",
  "litellm_redis_latency",
  "litellm_request_total_latency_metric",
  "gantry_gateway_first_token_seconds",
];

/** Names of all series that the pinned exporters write, parts of histograms included. */
export const knownMetrics: ReadonlySet<string> = new Set([
  ...single,
  ...histograms.flatMap((name) => ["bucket", "sum", "count"].map((part) => `${name}_${part}`)),
]);
