/** An alert that has to page or notify the person on call. */
export interface RequiredAlert {
  readonly name: string;
  /** What goes unnoticed without it. */
  readonly tells: string;
  /** Metrics that its expression has to read. */
  readonly reads: readonly string[];
}

/**
 * What can go wrong wherever models are served. A load balancer's own count of unhealthy targets stays in
 * CloudWatch and isn't in Prometheus: each pod has a readiness gate with its result, and that is what the alert has to read.
 */
export const requiredAlerts: readonly RequiredAlert[] = [
  {
    name: "TimeToFirstTokenHigh",
    tells: "the time to first token is high",
    reads: ["vllm:time_to_first_token_seconds_bucket"],
  },
  { name: "KvCacheFull", tells: "the KV cache is full", reads: ["vllm:kv_cache_usage_perc"] },
  { name: "RequestsWaiting", tells: "the queue grows", reads: ["vllm:num_requests_waiting"] },
  { name: "RequestsPreempted", tells: "requests are preempted", reads: ["vllm:num_preemptions_total"] },
  {
    name: "EngineStalled",
    tells: "an engine stalls while its health check succeeds",
    reads: ["vllm:num_requests_running", "vllm:generation_tokens_total"],
  },
  { name: "EngineStartsSlowly", tells: "a cold start is over its budget", reads: ["kube_pod_start_time"] },
  { name: "GpuXidError", tells: "a GPU reports an Xid error", reads: ["DCGM_FI_DEV_XID_ERRORS"] },
  {
    name: "GpuMemoryDefective",
    // A remapped row works, so the count of those isn't required.
    tells: "a GPU's memory has rows that can't be remapped",
    reads: ["DCGM_FI_DEV_ROW_REMAP_FAILURE"],
  },
  {
    name: "TargetUnhealthy",
    tells: "a load balancer doesn't find a pod healthy",
    reads: ["kube_pod_container_status_ready", "kube_pod_status_ready"],
  },
  {
    name: "SlotWithoutReplicas",
    tells: "a slot has no healthy replica",
    reads: ["kube_deployment_status_replicas_available"],
  },
  { name: "SecretNotSynced", tells: "a secret is stale", reads: ["externalsecret_status_condition"] },
  {
    name: "BudgetBurn",
    tells: "the nodes cost more than the budget",
    reads: ["karpenter_nodes_allocatable", "karpenter_cloudprovider_instance_type_offering_price_estimate"],
  },
];

/** Alerts that are required only where a gateway runs: nothing else publishes these metrics. */
export const requiredGatewayAlerts: readonly RequiredAlert[] = [
  {
    name: "LimitsWithoutRedis",
    tells: "each gateway pod counts limits by itself",
    reads: ["gantry_gateway_redis_lost"],
  },
];
