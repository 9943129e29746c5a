/** What an exporter publishes at the version that is deployed, with the labels that it writes itself. */
export interface Exporter {
  /** Of the chart, image or package. */
  readonly version: string;
  readonly source: string;
  /** Labels that each of its series has, beside those of the target. */
  readonly labels: string;
  /** Further labels by metric; a histogram stands with `_bucket`, `_sum` and `_count` of it. */
  readonly metrics: Readonly<Record<string, string>>;
  readonly histograms?: Readonly<Record<string, string>>;
}

/** Of every scraped target, by the Prometheus operator and the scrape class. */
export const targetLabels = "environment namespace pod container endpoint job instance";

/** Tables written from the exporters' sources, not from what Gantry reads of them. */
export const exporters: Readonly<Record<string, Exporter>> = {
  vllm: {
    version: "0.31.0",
    source:
      "vllm/v1/metrics/loggers.py, prometheus-fastapi-instrumentator; labels of pods by pod-monitors.ts",
    labels: "model colour release",
    metrics: {
      "vllm:num_requests_running": "engine model_name",
      "vllm:num_requests_waiting": "engine model_name",
      "vllm:kv_cache_usage_perc": "engine model_name",
      "vllm:num_preemptions_total": "engine model_name",
      "vllm:prompt_tokens_total": "engine model_name",
      "vllm:generation_tokens_total": "engine model_name",
      "vllm:prefix_cache_queries_total": "engine model_name",
      "vllm:prefix_cache_hits_total": "engine model_name",
      "vllm:request_success_total": "engine model_name finished_reason",
      http_requests_total: "handler method status",
    },
    histograms: {
      "vllm:time_to_first_token_seconds": "engine model_name",
      "vllm:request_time_per_output_token_seconds": "engine model_name",
      "vllm:e2e_request_latency_seconds": "engine model_name",
      "vllm:request_queue_time_seconds": "engine model_name",
    },
  },
  tgi: {
    version: "3",
    source: "text-generation-inference docs/source/reference/metrics.md",
    labels: "model colour release",
    metrics: { tgi_queue_size: "", tgi_batch_current_size: "", tgi_batch_inference_success: "method" },
    histograms: { tgi_request_queue_duration: "" },
  },
  extension: {
    version: "this repository's",
    source: "components/gateway/extension/gantry_gateway/metrics.py",
    labels: "",
    metrics: {
      gantry_gateway_requests_total: "tenant route model code cache",
      gantry_gateway_tokens_total: "tenant route model kind",
      gantry_gateway_cost_usd_total: "tenant route model",
      gantry_gateway_fallbacks_total: "route model",
      gantry_gateway_redis_lost: "",
      gantry_gateway_provider_degraded: "provider",
      gantry_gateway_limit_used_ratio: "tenant limit",
      gantry_gateway_records_lost_total: "reason",
    },
    histograms: { gantry_gateway_first_token_seconds: "route model" },
  },
  dcgm: {
    version: "4.8.2",
    source: "dcgm-exporter 4.5.3-4.8.2, internal/pkg/rendermetrics/render_metrics.go",
    labels:
      "gpu UUID pci_bus_id device modelName GPU_I_PROFILE GPU_I_ID Hostname exported_pod exported_namespace exported_container DCGM_FI_DRIVER_VERSION",
    metrics: {
      DCGM_FI_DEV_GPU_UTIL: "",
      DCGM_FI_DEV_FB_USED: "",
      DCGM_FI_DEV_FB_FREE: "",
      DCGM_FI_DEV_GPU_TEMP: "",
      DCGM_FI_DEV_POWER_USAGE: "",
      DCGM_FI_DEV_XID_ERRORS: "",
      DCGM_FI_DEV_ROW_REMAP_FAILURE: "",
      DCGM_FI_DEV_ECC_DBE_VOL_TOTAL: "",
    },
  },
  karpenter: {
    version: "1.14.1",
    source: "karpenter.sh/docs/reference/metrics; pkg/controllers/metrics/node",
    labels: "",
    metrics: {
      karpenter_nodes_allocatable:
        "node_name nodepool resource_type instance_type capacity_type zone arch os node_phase",
      karpenter_cloudprovider_instance_type_offering_price_estimate: "instance_type capacity_type zone",
      karpenter_cloudprovider_errors_total: "controller method provider error",
    },
  },
  keda: {
    version: "2.20.2",
    source: "keda pkg/metricscollector/prommetrics.go",
    labels: "",
    metrics: { keda_scaler_detail_errors_total: "scaledObject scaler triggerIndex type metric" },
  },
  externalSecrets: {
    version: "2.9.0",
    source: "external-secrets.io, api/metrics",
    labels: "",
    metrics: { externalsecret_status_condition: "name condition status" },
  },
  kubeStateMetrics: {
    version: "88.5.3",
    source: "kube-state-metrics docs/metrics; its allow-list of labels in prometheus-values.ts",
    labels: "uid",
    metrics: {
      kube_deployment_created: "deployment",
      kube_deployment_spec_replicas: "deployment",
      kube_deployment_status_replicas_available: "deployment",
      kube_statefulset_created: "statefulset",
      kube_statefulset_replicas: "statefulset",
      kube_statefulset_status_replicas_ready: "statefulset",
      kube_job_failed: "job_name reason condition",
      kube_pod_container_status_restarts_total: "",
      kube_pod_container_state_started: "",
      kube_pod_container_status_ready: "",
      kube_pod_deletion_timestamp: "",
      kube_pod_labels: "label_gantry_dev_model label_gantry_dev_colour label_app_kubernetes_io_name",
      kube_pod_start_time: "",
      kube_pod_status_phase: "phase",
      kube_pod_status_ready: "condition",
      kube_pod_status_scheduled: "condition",
    },
  },
  prometheus: {
    version: "88.5.3",
    source: "kube-prometheus-stack: Prometheus and kubelet",
    labels: "",
    metrics: {
      up: "",
      prometheus_tsdb_head_series: "",
      prometheus_rule_group_last_duration_seconds: "rule_group",
      kubelet_volume_stats_available_bytes: "persistentvolumeclaim node",
      kubelet_volume_stats_capacity_bytes: "persistentvolumeclaim node",
    },
  },
};
