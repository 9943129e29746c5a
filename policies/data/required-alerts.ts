/** An alert that has to page or notify the person on call. */
export interface RequiredAlert {
  readonly name: string;
  /** The condition that goes unnoticed without it. */
  readonly condition: string;
  /** Metrics that its expression has to read. */
  readonly metrics: readonly string[];
}

/**
 * What can go wrong wherever models are served. A load balancer's own count of unhealthy targets stays in
 * CloudWatch and isn't in Prometheus: each pod has a readiness gate with its result, and that is what the alert has to read.
 */
export const requiredAlerts: readonly RequiredAlert[] = [
  {
    name: "TimeToFirstTokenHigh",
    condition: "the time to first token is high",
    metrics: ["vllm:time_to_first_token_seconds_bucket"],
  },
  { name: "KvCacheFull", condition: "the KV cache is full", metrics: ["vllm:kv_cache_usage_perc"] },
  { name: "RequestsWaiting", condition: "the queue grows", metrics: ["vllm:num_requests_waiting"] },
  { name: "RequestsPreempted", condition: "requests are preempted", metrics: ["vllm:num_preemptions_total"] },
  {
    name: "EngineStalled",
    condition: "an engine stalls while its health check succeeds",
    metrics: ["vllm:num_requests_running", "vllm:generation_tokens_total"],
  },
  {
    name: "EngineStartsSlowly",
    condition: "a cold start is over its budget",
    metrics: ["kube_pod_start_time"],
  },
  { name: "GpuXidError", condition: "a GPU reports an Xid error", metrics: ["DCGM_FI_DEV_XID_ERRORS"] },
  {
    name: "GpuMemoryDefective",
    // A remapped row works, so the count of those isn't required.
    condition: "a GPU's memory has rows that can't be remapped",
    metrics: ["DCGM_FI_DEV_ROW_REMAP_FAILURE"],
  },
  {
    name: "TargetUnhealthy",
    condition: "a load balancer doesn't find a pod healthy",
    metrics: ["kube_pod_container_status_ready", "kube_pod_status_ready"],
  },
  {
    name: "SlotWithoutReplicas",
    condition: "a slot has no healthy replica",
    metrics: ["kube_deployment_status_replicas_available"],
  },
  { name: "SecretNotSynced", condition: "a secret is stale", metrics: ["externalsecret_status_condition"] },
  {
    name: "BudgetBurn",
    condition: "the nodes cost more than the budget",
    metrics: ["karpenter_nodes_allocatable", "karpenter_cloudprovider_instance_type_offering_price_estimate"],
  },
];

/** Alerts that are required only where a gateway runs: nothing else publishes these metrics. */
export const requiredGatewayAlerts: readonly RequiredAlert[] = [
  {
    name: "LimitsWithoutRedis",
    condition: "each gateway pod counts limits by itself",
    metrics: ["gantry_gateway_redis_lost"],
  },
];
