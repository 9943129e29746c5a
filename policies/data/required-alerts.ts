/** Something that has to wake or warn somebody. */
export interface RequiredAlert {
  readonly name: string;
  /** What nobody would know of without it. */
  readonly tells: string;
  /** Metrics without which it can't tell that. */
  readonly reads: readonly string[];
}

/**
 * What can go wrong wherever models are served. A load balancer's own count of unhealthy targets stays in
 * CloudWatch and reaches no Prometheus: its verdict is a readiness gate of each pod, and that is what is asked for.
 */
export const requiredAlerts: readonly RequiredAlert[] = [
  {
    name: "TimeToFirstTokenHigh",
    tells: "answers begin late",
    reads: ["vllm:time_to_first_token_seconds_bucket"],
  },
  { name: "KvCacheFull", tells: "the KV cache is full", reads: ["vllm:kv_cache_usage_perc"] },
  { name: "RequestsWaiting", tells: "the queue grows", reads: ["vllm:num_requests_waiting"] },
  { name: "RequestsPreempted", tells: "requests are pushed out", reads: ["vllm:num_preemptions_total"] },
  {
    name: "EngineStalled",
    tells: "an engine hangs while it says that it is well",
    reads: ["vllm:num_requests_running", "vllm:generation_tokens_total"],
  },
  { name: "EngineStartsSlowly", tells: "a cold start is over its budget", reads: ["kube_pod_start_time"] },
  { name: "GpuXidError", tells: "a GPU reports an Xid error", reads: ["DCGM_FI_DEV_XID_ERRORS"] },
  {
    name: "GpuMemoryDefective",
    // A row that a spare one replaced works, so the count of those is not asked for.
    tells: "a GPU's memory has rows that no spare one replaces",
    reads: ["DCGM_FI_DEV_ROW_REMAP_FAILURE"],
  },
  {
    name: "TargetUnhealthy",
    tells: "a load balancer refuses a pod",
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

/** What can go wrong with a gateway, and is asked for only where one runs: nothing else publishes these metrics. */
export const requiredGatewayAlerts: readonly RequiredAlert[] = [
  {
    name: "LimitsWithoutRedis",
    tells: "each gateway counts limits for itself",
    reads: ["gantry_gateway_redis_lost"],
  },
];
