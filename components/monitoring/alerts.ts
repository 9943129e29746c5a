import { hoursPerMonth } from "../capacity/cost.ts";
import { type EndingReservation, endSeconds, reservationWarningDays } from "../cluster/reservation.ts";
import { servingNamespace } from "../serving/namespace.ts";
import { gatewayRedisLost, gpuMetrics, tgiMetrics, vllmMetrics } from "./metrics.ts";
import { kvCacheShare, startSeconds, timeToFirstTokenSeconds } from "./objectives.ts";

/** Something that people have to know of, and do something about. */
export interface Alert {
  readonly name: string;
  /** PromQL; each series that it yields is one alert. */
  readonly expr: string;
  /** How long it has to hold, such as `5m`. */
  readonly for: string;
  /** `critical` wakes somebody, `warning` waits for the morning. */
  readonly severity: "critical" | "warning";
  /** One line; labels in `{{ $labels.model }}`. */
  readonly summary: string;
  readonly description: string;
}

/** The engine's metrics carry `model`, `colour` and `release` from their pods' labels (pod-monitors.ts). */
const slot = "model, colour";
const slotName = "{{ $labels.model }} {{ $labels.colour }}";

/** One value for each slot, of its Deployment `<model>-<colour>`, or of its groups' leaders `<model>-<colour>-<n>` where a replica spans nodes. */
function bySlot(ofDeployment: string, ofLeader: string): string {
  const named = (expr: string, label: string, pattern: string) =>
    `label_replace(label_replace(${expr}, "model", "$1", "${label}", "${pattern}"), "colour", "$2", "${label}", "${pattern}")`;
  const deployments = named(ofDeployment, "deployment", "(.+)-(blue|green)");
  return `max by (${slot}) (${deployments} or ${named(ofLeader, "statefulset", "(.+)-(blue|green)-[0-9]+")})`;
}

const deployments = `{namespace="${servingNamespace}"}`;
/** Not the workers' sets, which are called `<leader's>-0`. */
const leaders = `{namespace="${servingNamespace}", statefulset=~".+-(blue|green)-[0-9]+"}`;

/**
 * What kube-state-metrics or the GPU exporter says of a pod, with the slot that its labels name: an alert about a pod
 * is silenced with its slot's, and names it.
 */
function ofPod(expr: string): string {
  const labelled = `(${expr}) * on (namespace, pod) group_left (label_gantry_dev_model, label_gantry_dev_colour) kube_pod_labels{namespace="${servingNamespace}"}`;
  const model = `label_replace(${labelled}, "model", "$1", "label_gantry_dev_model", "(.+)")`;
  return `label_replace(${model}, "colour", "$1", "label_gantry_dev_colour", "(.+)")`;
}

/** A pod that leaves isn't ready either, for as long as it finishes its streams. */
const notLeaving = "unless on (namespace, pod) kube_pod_deletion_timestamp";

/** A reservation that ends, with the pool that uses it. */
export interface PoolReservation extends EndingReservation {
  readonly pool: string;
}

/** The alert rules of an environment. */
export function alerts(args: {
  /** Its budget in US dollars. */
  readonly monthlyUsd: number;
  readonly reservations: readonly PoolReservation[];
}): readonly Alert[] {
  const { monthlyUsd, reservations } = args;
  return [
    ...ofSlots,
    ...ofGateway,
    ...ofStaging,
    ...ofNodes,
    ...(reservations.length > 0 ? [ofReservations(reservations)] : []),
    ofBudget(monthlyUsd),
    ...ofControllers,
  ];
}

const ofSlots: readonly Alert[] = [
  {
    name: "SlotWithoutReplicas",
    expr:
      `${bySlot(`kube_deployment_status_replicas_available${deployments}`, `kube_statefulset_status_replicas_ready${leaders}`)} == 0 ` +
      `unless on (${slot}) time() - ${bySlot(`kube_deployment_created${deployments}`, `kube_statefulset_created${leaders}`)} < ${startSeconds} ` +
      // A slot that sleeps has no replica, and one that was woken starts first.
      `unless on (${slot}) ${bySlot(`min_over_time(kube_deployment_spec_replicas${deployments}[${startSeconds / 60}m])`, `min_over_time(kube_statefulset_replicas${leaders}[${startSeconds / 60}m])`)} == 0`,
    for: "5m",
    severity: "critical",
    summary: `${slotName} has no replica that answers`,
    description:
      "None has been available for five minutes, so requests to this slot fail. If it is live, switch to the standby first and look for the reason then.",
  },
  {
    name: "TimeToFirstTokenHigh",
    // Text Generation Inference measures the time in its queue only, which comes before the first token.
    expr: [vllmMetrics.timeToFirstToken, tgiMetrics.queueTime]
      .map(
        (metric) =>
          `histogram_quantile(0.9, sum by (${slot}, le) (rate(${metric}_bucket[5m]))) > ${timeToFirstTokenSeconds}`,
      )
      .join(" or "),
    for: "10m",
    severity: "warning",
    summary: `${slotName}: 10 % of the answers begin after {{ $value | humanizeDuration }}`,
    description: `The objective is ${timeToFirstTokenSeconds} s. The slot is at its maximum, waits for a node, or its prompts grew.`,
  },
  {
    name: "RequestsWaiting",
    expr: [vllmMetrics.waiting, tgiMetrics.queued]
      .map((metric) => `sum by (${slot}) (${metric}) > 2 * count by (${slot}) (${metric})`)
      .join(" or "),
    for: "10m",
    severity: "warning",
    summary: `${slotName}: {{ $value }} requests wait`,
    description: "More than two for each replica, for ten minutes: the autoscaler doesn't keep up.",
  },
  {
    name: "KvCacheFull",
    expr: `avg by (${slot}) (${vllmMetrics.kvCacheUsage}) > ${kvCacheShare.full}`,
    for: "10m",
    severity: "warning",
    summary: `${slotName}: the KV cache is {{ $value | humanizePercentage }} full`,
    description: "New requests push out running ones, which are computed again.",
  },
  {
    name: "RequestsPreempted",
    expr: `sum by (${slot}) (rate(${vllmMetrics.preemptions}[10m])) > 0.1`,
    for: "10m",
    severity: "warning",
    summary: `${slotName}: {{ $value | humanize }} requests a second are pushed out and computed again`,
    description: "The KV cache is too small for what runs at the same time.",
  },
  {
    name: "EngineStalled",
    expr:
      `(${vllmMetrics.running} > 0) unless on (pod) (rate(${vllmMetrics.generatedTokens}[2m]) > 0 or rate(${vllmMetrics.promptTokens}[2m]) > 0) ` +
      `or (${tgiMetrics.batchSize} > 0) unless on (pod) (rate(${tgiMetrics.batches}[2m]) > 0)`,
    for: "3m",
    severity: "critical",
    summary: `${slotName}: {{ $labels.pod }} runs requests and makes no token`,
    description: "The engine hangs while its health check says that it is well. Delete the pod.",
  },
  {
    name: "EngineRestarts",
    // Prometheus extends what it saw to the whole half hour: one restart is an increase of 1.01 or so.
    expr: ofPod(
      `increase(kube_pod_container_status_restarts_total{namespace="${servingNamespace}", container="engine"}[30m]) > 1.5`,
    ),
    for: "0m",
    severity: "critical",
    summary: '{{ $labels.pod }} restarted {{ printf "%.0f" $value }} times in half an hour',
    description: "It doesn't get through its start, or it dies under load.",
  },
  {
    name: "EngineStartsSlowly",
    // Since its container started, also after a restart; before that since its node took it: images and weights.
    expr: ofPod(
      `time() - kube_pod_container_state_started{namespace="${servingNamespace}", container="engine"} > ${startSeconds} and on (namespace, pod) kube_pod_status_ready{condition="false"} == 1 ${notLeaving} ` +
        `or time() - kube_pod_start_time{namespace="${servingNamespace}"} > ${startSeconds} and on (namespace, pod) kube_pod_status_phase{phase="Pending"} == 1 ${notLeaving}`,
    ),
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.pod }} isn't ready after {{ $value | humanizeDuration }}",
    description: `The budget from a new pod to its first answer is ${startSeconds / 60} minutes.`,
  },
  {
    name: "TargetUnhealthy",
    // The load balancer's verdict is a readiness gate of the pod: without it a pod with ready containers isn't ready.
    expr: ofPod(
      `kube_pod_container_status_ready{namespace="${servingNamespace}", container="engine"} == 1 and on (namespace, pod) kube_pod_status_ready{condition="true"} == 0 ${notLeaving}`,
    ),
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.pod }} answers its node and isn't healthy for the load balancer",
    description: "It gets no requests, and a rollout waits for it.",
  },
  {
    name: "EnginePending",
    expr: ofPod(`kube_pod_status_scheduled{namespace="${servingNamespace}", condition="false"} == 1`),
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.pod }} has no node",
    description: "The pool's GPU limit is reached, or AWS has no such instance.",
  },
  {
    name: "SlotSaturated",
    // Ollama publishes no metrics, so its GPU has to tell; the exporter's own pod is `pod`, the engine's is not.
    expr: `avg by (${slot}) (${ofPod(
      `label_replace(label_replace(${gpuMetrics.utilization}{exported_namespace="${servingNamespace}"}, "pod", "$1", "exported_pod", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)") and on (namespace, pod) kube_pod_labels{label_app_kubernetes_io_name="ollama"}`,
    )}) > 95`,
    for: "15m",
    severity: "warning",
    summary: `${slotName}: its GPUs compute {{ printf "%.0f" $value }} % of the time`,
    description: "Ollama says nothing of its queue. A GPU that never rests has one, or hangs in a request.",
  },
];

const ofGateway: readonly Alert[] = [
  {
    name: "LimitsWithoutRedis",
    expr: `max by (pod) (${gatewayRedisLost}) > 0`,
    for: "2m",
    severity: "critical",
    summary: "{{ $labels.pod }} counts limits without the cache",
    description:
      "Limits are divided by the number of pods, or requests are refused, as cache.whenLost says. Daily limits and budgets aren't counted in the cache meanwhile.",
  },
];

const ofStaging: readonly Alert[] = [
  {
    name: "StagingFailed",
    expr: 'max by (job_name, reason) (kube_job_failed{namespace="model-staging", condition="true"}) == 1',
    for: "0m",
    severity: "warning",
    summary: "{{ $labels.job_name }} didn't bring its weights into the bucket",
    description:
      "Slots of its release can't start. The Job's log says why; the next pulumi up makes it anew.",
  },
];

const ofNodes: readonly Alert[] = [
  {
    name: "NodeLaunchFailing",
    // A window shorter than the time it has to hold, so that one refusal isn't enough; Karpenter asks again after 3 minutes.
    expr: 'sum by (error) (increase(karpenter_cloudprovider_errors_total{method="Create"}[6m])) > 0',
    for: "10m",
    severity: "warning",
    summary: "AWS starts no nodes: {{ $labels.error }}",
    description: "Karpenter asks for instances and is refused. Replicas that are asked for don't come.",
  },
  {
    name: "GpuXidError",
    expr: `${gpuMetrics.xid} > 0 and changes(${gpuMetrics.xid}[15m]) > 0`,
    for: "0m",
    severity: "critical",
    summary: "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} reports Xid {{ $value }}",
    description: "The driver met an error. Which one says what to do.",
  },
  {
    name: "GpuMemoryDefective",
    // A row that was replaced by a spare one works. [NVIDIA, GPU memory error management]
    expr: `${gpuMetrics.rowRemapFailure} > 0`,
    for: "0m",
    severity: "warning",
    summary: "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} has defective memory",
    description: "Memory rows failed and no spare one replaced them. Replace the node.",
  },
  {
    name: "GpuTemperatureHigh",
    expr: `${gpuMetrics.temperature} > 88`,
    for: "10m",
    severity: "warning",
    summary: "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} has {{ $value }} °C",
    description: "It slows itself down near 90 °C. Replace the node.",
  },
];

/** No exporter in the cluster publishes a reservation's end, so the rule itself holds the configured days. */
function ofReservations(reservations: readonly PoolReservation[]): Alert {
  const secondsLeft = reservations.map(
    (reservation) =>
      `label_replace(label_replace(vector(${endSeconds(reservation)}), "pool", "${reservation.pool}", "", ""), "reservation", "${reservation.id}", "", "")`,
  );
  return {
    name: "ReservationEnding",
    expr: `(${secondsLeft.join(" or ")}) - time() < ${reservationWarningDays * 86_400}`,
    for: "0m",
    severity: "warning",
    summary:
      "Reservation {{ $labels.reservation }} of pool {{ $labels.pool }} ends in {{ $value | humanizeDuration }}",
    description:
      "Its last day is in the environment's configuration. AWS terminates its instances at the end, whatever runs on them. Below zero it has ended.",
  };
}

/** AWS's own budget counts everything and knows it a day late; Karpenter knows the price of its nodes at once. */
function ofBudget(monthlyUsd: number): Alert {
  const kind = "instance_type, capacity_type, zone";
  const nodes = `count by (${kind}) (group by (node_name, ${kind}) (karpenter_nodes_allocatable{resource_type="cpu"}))`;
  const dollarsPerHour = `max by (${kind}) (karpenter_cloudprovider_instance_type_offering_price_estimate)`;
  return {
    name: "BudgetBurn",
    expr: `sum(${nodes} * on (${kind}) ${dollarsPerHour}) * ${hoursPerMonth} > ${monthlyUsd}`,
    for: "30m",
    severity: "warning",
    summary: '{{ $externalLabels.cluster }} runs nodes for {{ printf "%.0f" $value }} dollars a month',
    description: `The budget of the whole environment is ${monthlyUsd} dollars. Reserved nodes, which are paid for anyway, don't count.`,
  };
}

const ofControllers: readonly Alert[] = [
  {
    name: "SecretNotSynced",
    expr: 'max by (namespace, name) (externalsecret_status_condition{condition="Ready", status="False"}) == 1',
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.namespace }}/{{ $labels.name }} isn't in step with Secrets Manager",
    description: "Pods keep the last value. A rotation doesn't reach them.",
  },
  {
    name: "AutoscalerMetricsUnavailable",
    expr: `sum by (scaledObject) (rate(keda_scaler_detail_errors_total{namespace="${servingNamespace}"}[5m])) > 0`,
    for: "10m",
    severity: "warning",
    summary: "{{ $labels.scaledObject }} doesn't know its load",
    description: "The autoscaler gets no answer from Prometheus and keeps the replicas that there are.",
  },
];
