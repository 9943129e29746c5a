import type { Series } from "../support/promtool.ts";

export interface AlertCase {
  /** What happens. */
  readonly when: string;
  /** As their exporters write them, a value a minute. */
  readonly series: Series;
  /** How many minutes the series last. @default 60 */
  readonly minutes?: number;
  /** How many alerts fire at the end. */
  readonly fires: number;
  /** Selects those that count, such as `model="chat"`. @default all of the name */
  readonly labels?: string;
}

export const chat = 'model="chat", colour="blue"';
const scraped = 'endpoint="http", job="monitoring/engines", namespace="models"';
export const engine = (metric: string, pod = "a", more = ""): string =>
  `${metric}{model="chat", colour="blue", release="0123456789ab", pod="${pod}", container="engine", ${scraped}${more}}`;
export const bucket = (metric: string, le: string) => engine(metric, "a", `, le="${le}"`);

const state = 'job="kube-state-metrics", instance="10.0.0.9:8080"';
const ofPod = (metric: string, pod = "a", more = ""): string =>
  `${metric}{namespace="models", pod="${pod}", uid="u-${pod}"${more}, ${state}}`;
const container = (metric: string, pod = "a"): string => ofPod(metric, pod, ', container="engine"');

/** What kube-state-metrics tells of a pod's labels. */
export function labelled(pod = "a", model = "chat", colour = "blue", kind = "vllm"): Series {
  const labels = `, label_gantry_dev_model="${model}", label_gantry_dev_colour="${colour}", label_app_kubernetes_io_name="${kind}"`;
  return { [ofPod("kube_pod_labels", pod, labels)]: "1x60" };
}

export function deployment(name: string, available: string, createdSeconds = 0, wanted = "1x60"): Series {
  const of = (metric: string) => `${metric}{namespace="models", deployment="${name}", ${state}}`;
  return {
    [of("kube_deployment_status_replicas_available")]: available,
    [of("kube_deployment_created")]: `${createdSeconds}x60`,
    [of("kube_deployment_spec_replicas")]: wanted,
  };
}

/** One of the sets of a LeaderWorkerSet: the leader's, or `<leader's>-0` of the worker. */
export function set(name: string, ready: string, createdSeconds = 0): Series {
  const of = (metric: string) => `${metric}{namespace="models", statefulset="${name}", ${state}}`;
  return {
    [of("kube_statefulset_status_replicas_ready")]: ready,
    [of("kube_statefulset_created")]: `${createdSeconds}x60`,
    [of("kube_statefulset_replicas")]: "1x60",
  };
}

export const quantile = (metric: string, slow: boolean): Series => ({
  [bucket(metric, "1")]: slow ? "0x60" : "0+60x60",
  [bucket(metric, "2.5")]: slow ? "0x60" : "0+60x60",
  [bucket(metric, "5")]: "0+60x60",
  [bucket(metric, "+Inf")]: "0+60x60",
});

export const notReady = (pod = "a"): Series => ({
  [ofPod("kube_pod_status_ready", pod, ', condition="false"')]: "1x60",
});
export const leaves = (pod = "a"): Series => ({ [ofPod("kube_pod_deletion_timestamp", pod)]: "3600x60" });
export const started = (second: string, pod = "a"): Series => ({
  [container("kube_pod_container_state_started", pod)]: second,
});
export const taken = (pod = "a", phase = "Pending"): Series => ({
  [ofPod("kube_pod_start_time", pod)]: "0x60",
  [ofPod("kube_pod_status_phase", pod, `, phase="${phase}"`)]: "1x60",
});
export const unscheduled = (values: string, pod = "a"): Series => ({
  [ofPod("kube_pod_status_scheduled", pod, ', condition="false"')]: values,
});
/** An engine that is ready, and whose pod is ready itself or waits for the load balancer. */
export const gated = (pod: string, ready: number): Series => ({
  [container("kube_pod_container_status_ready", pod)]: "1x60",
  [ofPod("kube_pod_status_ready", pod, ', condition="true"')]: `${ready}x60`,
});
export const restarts = (values: string, pod = "a"): Series => ({
  [container("kube_pod_container_status_restarts_total", pod)]: values,
});

export const refused = (
  values: string,
  error = "InsufficientCapacityError",
  pod = "karpenter-1",
): Series => ({
  [`karpenter_cloudprovider_errors_total{controller="nodeclaim.lifecycle", method="Create", provider="aws", error="${error}", pod="${pod}"}`]:
    values,
});

export const gpu = (metric: string, values: string, index = "0", pod = ""): Series => ({
  [`${metric}{gpu="${index}", UUID="GPU-${index}", device="nvidia${index}", modelName="NVIDIA A10G", Hostname="n", pod="dcgm-exporter-x", namespace="monitoring"${pod}}`]:
    values,
});
export const onGpu = (pod: string) =>
  `, exported_pod="${pod}", exported_namespace="models", exported_container="engine"`;

/** Dollars an hour, as each of two Karpenters publishes them. */
export const prices: Series = Object.fromEntries(
  ["karpenter-1", "karpenter-2"].flatMap((pod) =>
    Object.entries({ "g5.xlarge": 1.5, "g6e.xlarge": 3 }).map(([type, dollars]) => [
      `karpenter_cloudprovider_instance_type_offering_price_estimate{instance_type="${type}", capacity_type="on-demand", zone="z", pod="${pod}"}`,
      `${dollars}x60`,
    ]),
  ),
);
/** A node as Karpenter knows it. */
export function node(name: string, instanceType: string, karpenter = "karpenter-1"): Series {
  const labels = `node_name="${name}", instance_type="${instanceType}", capacity_type="on-demand", zone="z", pod="${karpenter}"`;
  return {
    [`karpenter_nodes_allocatable{${labels}, resource_type="cpu"}`]: "4x60",
    [`karpenter_nodes_allocatable{${labels}, resource_type="memory"}`]: "16e9x60",
  };
}

export const job = (
  reason: string,
  values: string,
  condition = "true",
  namespace = "model-staging",
): Series => ({
  [`kube_job_failed{namespace="${namespace}", job_name="stage-x", reason="${reason}", condition="${condition}", ${state}}`]:
    values,
});
export const redisLost = (pod: string, values: string, worker = "1"): Series => ({
  [`gantry_gateway_redis_lost{namespace="gateway", pod="${pod}", container="gateway", endpoint="http", job="gateway/gateway", pid="${worker}"}`]:
    values,
});
export const secret = (values: string, name = "engine-api-key", status = "False"): Series => ({
  [`externalsecret_status_condition{namespace="models", name="${name}", condition="Ready", status="${status}"}`]:
    values,
});
export const scaler = (values: string, scaledObject = "chat-blue"): Series => ({
  [`keda_scaler_detail_errors_total{namespace="models", scaledObject="${scaledObject}", scaler="prometheusScaler", triggerIndex="0", type="scaledobject"}`]:
    values,
});
export const computing = (running: string, tokens: string, prompts = "100x60"): Series => ({
  [engine("vllm:num_requests_running")]: running,
  [engine("vllm:generation_tokens_total")]: tokens,
  [engine("vllm:prompt_tokens_total")]: prompts,
});

/** What the gateway counts, as Prometheus attaches the pod. */
export const ofGateway = (metric: string, labels: string, pod = "gateway-a"): string =>
  `${metric}{${labels}, namespace="gateway", pod="${pod}", container="gateway", endpoint="http", job="gateway/gateway"}`;
