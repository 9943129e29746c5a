import { servingNamespace } from "../../serving/namespace.ts";
import { gpuMetrics, podMetrics, tgiMetrics, vllmMetrics } from "../metrics.ts";
import { startSeconds } from "../objectives.ts";
import type { Alert } from "./alert.ts";

/** What kube-state-metrics knows of a slot has no release. */
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

const slotOfPod = "label_gantry_dev_model, label_gantry_dev_colour";

/**
 * A metric of kube-state-metrics or the GPU exporter about a pod, with the slot that its labels name: an alert about a pod
 * is silenced with its slot's, and names it. While kube-state-metrics is replaced there are two of each series.
 */
function withSlot(expr: string): string {
  const labels = `group by (namespace, pod, ${slotOfPod}) (kube_pod_labels{namespace="${servingNamespace}"})`;
  const labelled = `(${expr}) * on (namespace, pod) group_left (${slotOfPod}) ${labels}`;
  const model = `label_replace(${labelled}, "model", "$1", "label_gantry_dev_model", "(.+)")`;
  return `label_replace(${model}, "colour", "$1", "label_gantry_dev_colour", "(.+)")`;
}

/** One value for each pod, so that an alert stays the same while its exporter is replaced. */
function ofPod(expr: string): string {
  return `max by (environment, namespace, pod, ${slot}) (${withSlot(expr)})`;
}

/** A pod that leaves isn't ready either, for as long as it finishes its streams. */
const notLeaving = "unless on (namespace, pod) kube_pod_deletion_timestamp";

const readyReplicas = bySlot(
  `kube_deployment_status_replicas_available${deployments}`,
  `kube_statefulset_status_replicas_ready${leaders}`,
);
const wantedReplicas = bySlot(
  `kube_deployment_spec_replicas${deployments}`,
  `kube_statefulset_replicas${leaders}`,
);

/** Alerts on the state of engines' pods in Kubernetes. */
export const podAlerts: readonly Alert[] = [
  {
    name: "SlotWithoutReplicas",
    expr:
      `${readyReplicas} == 0 ` +
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
    name: "EngineRestarts",
    // Prometheus extends what it saw to the whole half hour: one restart is an increase of 1.01 or so.
    expr: ofPod(
      `increase(kube_pod_container_status_restarts_total{namespace="${servingNamespace}", container="engine"}[30m]) > 1.5`,
    ),
    for: "0m",
    severity: "critical",
    summary: '{{ $labels.pod }} restarted {{ printf "%.0f" $value }} times in half an hour',
    description: "It fails to start, or crashes under load.",
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
    // The target's health is a readiness gate of the pod: until it is healthy, a pod with ready containers isn't ready.
    expr: ofPod(
      `kube_pod_container_status_ready{namespace="${servingNamespace}", container="engine"} == 1 and on (namespace, pod) kube_pod_status_ready{condition="true"} == 0 ${notLeaving}`,
    ),
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.pod }} passes its own probes and isn't healthy for the load balancer",
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
    expr: `avg by (${slot}) (${withSlot(
      `label_replace(label_replace(${gpuMetrics.utilization}{exported_namespace="${servingNamespace}"}, "pod", "$1", "exported_pod", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)") and on (namespace, pod) kube_pod_labels{label_app_kubernetes_io_name="ollama"}`,
    )}) > 95`,
    for: "15m",
    severity: "warning",
    summary: `${slotName}: its GPUs compute {{ printf "%.0f" $value }} % of the time`,
    description: "Ollama doesn't report its queue. A GPU that is always busy has one, or hangs in a request.",
  },
  {
    name: "SlotShortOfReplicas",
    expr: `${wantedReplicas} - ${readyReplicas} > 0`,
    for: "30m",
    severity: "warning",
    summary: `${slotName} lacks {{ $value }} of its replicas`,
    description:
      "A standby without all its replicas can't take the traffic back, and a live slot is slower than planned.",
  },
  {
    name: "EngineMetricsMissing",
    expr: `${readyReplicas} > 0 unless on (${slot}) (${vllmMetrics.running} or ${tgiMetrics.queued}) unless on (${slot}) ${ofPod(`${podMetrics.labels}{namespace="${servingNamespace}", label_app_kubernetes_io_name="ollama"}`)}`,
    for: "10m",
    severity: "warning",
    summary: `${slotName} has {{ $value }} ready replicas and no metrics`,
    description: "The autoscaler, the gates of a rollout and every other alert about this slot have no data.",
  },
];
