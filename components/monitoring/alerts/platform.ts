import { type EndingReservation, endSeconds, reservationWarningDays } from "../../cluster/reservation.ts";
import { servingNamespace } from "../../serving/namespace.ts";
import { promql } from "../metrics/indicator.ts";
import { platformIndicators } from "../metrics/platform.ts";
import { externalSecretsMetrics, gpuMetrics, prometheusMetrics } from "../metrics.ts";
import { namespace, release } from "../prometheus.ts";
import type { Alert } from "./alert.ts";

const { launchErrors, nodeCost, scalerErrors } = platformIndicators;

/** A reservation that ends, with the pool that uses it. */
export interface PoolReservation extends EndingReservation {
  readonly pool: string;
}

/** Alerts about nodes, controllers and weights. */
export const platformAlerts: readonly Alert[] = [
  {
    name: "StagingFailed",
    expr: 'max by (job_name, reason) (kube_job_failed{namespace="model-staging", condition="true"}) == 1',
    for: "0m",
    severity: "warning",
    summary: "{{ $labels.job_name }} failed to copy its weights into the bucket",
    description:
      "Slots of its release can't start. The Job's log has the reason; the next pulumi up recreates it.",
  },
  {
    name: "NodeLaunchFailing",
    expr: `${promql(launchErrors)} > ${launchErrors.threshold}`,
    for: "10m",
    severity: "warning",
    summary: "AWS starts no nodes: {{ $labels.error }}",
    description: "AWS refuses Karpenter's launches, so that pending replicas stay pending.",
  },
  {
    name: "SecretNotSynced",
    expr: `max by (namespace, name) (${externalSecretsMetrics.condition}{condition="Ready", status="False"}) == 1`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.namespace }}/{{ $labels.name }} isn't in sync with Secrets Manager",
    description: "Pods keep the last value. A rotation doesn't reach them.",
  },
  {
    name: "AutoscalerMetricsUnavailable",
    expr: `${promql(scalerErrors)} > ${scalerErrors.threshold}`,
    for: "10m",
    severity: "warning",
    summary: "{{ $labels.scaledObject }} has no load metrics",
    description: "The autoscaler gets no answer from Prometheus and keeps the current replicas.",
  },
];

/** Prometheus's job of each exporter that alerts read and that always runs. [Prometheus operator, the job of a monitor's targets] */
const exporterJobs = {
  "kube-state-metrics": "kube-state-metrics",
  karpenter: `${namespace}/karpenter`,
  keda: `${namespace}/keda`,
  "external-secrets": `${namespace}/external-secrets`,
  gateway: "gateway/gateway",
} as const;
const isUp = (job: string) => `${prometheusMetrics.up}{job="${job}"} == 1`;
/** An expression without series as one series that names the exporter. */
const missing = (exporter: string, expr: string) =>
  `label_replace(absent(${expr}), "exporter", "${exporter}", "", "")`;

/** Missing series raise no alert by themselves: when a series ends, so do its alerts. */
export const exporterAlert: Alert = {
  name: "ExporterMissing",
  expr:
    `(${Object.entries(exporterJobs)
      .map(([exporter, job]) => missing(exporter, isUp(job)))
      .join(" or ")}` +
    // It runs on GPU nodes only, of which there are none while all models sleep.
    ` or ${missing("dcgm-exporter", gpuMetrics.utilization)} and on () (count(kube_pod_status_ready{namespace="${servingNamespace}", condition="true"} == 1) > 0))` +
    // A cluster's Prometheus reads itself; one on a desk reads none of these.
    ` and on () (${isUp(`${release}-prometheus`)})`,
  for: "15m",
  severity: "warning",
  summary: "{{ $labels.exporter }} of {{ $externalLabels.cluster }} publishes no metrics",
  description: "None of its targets is scraped. Alerts on its metrics can't fire.",
};

/** No exporter in the cluster publishes a reservation's end, so the rule itself holds the configured days. */
export function reservationAlert(reservations: readonly PoolReservation[]): Alert {
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
export function budgetAlert(monthlyUsd: number): Alert {
  return {
    name: "BudgetBurn",
    expr: `${promql(nodeCost)} > ${monthlyUsd}`,
    for: "30m",
    severity: "warning",
    summary: '{{ $externalLabels.cluster }} runs nodes for {{ printf "%.0f" $value }} dollars a month',
    description: `The budget of the whole environment is ${monthlyUsd} dollars. Reserved nodes, which are paid for anyway, don't count.`,
  };
}
