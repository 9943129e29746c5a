import { type EndingReservation, endSeconds, reservationWarningDays } from "../../cluster/reservation.ts";
import { promql } from "../metrics/indicator.ts";
import { platformIndicators } from "../metrics/platform.ts";
import { externalSecretsMetrics } from "../metrics.ts";
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
    summary: "{{ $labels.job_name }} didn't bring its weights into the bucket",
    description:
      "Slots of its release can't start. The Job's log says why; the next pulumi up makes it anew.",
  },
  {
    name: "NodeLaunchFailing",
    expr: `${promql(launchErrors)} > ${launchErrors.threshold}`,
    for: "10m",
    severity: "warning",
    summary: "AWS starts no nodes: {{ $labels.error }}",
    description: "Karpenter asks for instances and is refused. Replicas that are asked for don't come.",
  },
  {
    name: "SecretNotSynced",
    expr: `max by (namespace, name) (${externalSecretsMetrics.condition}{condition="Ready", status="False"}) == 1`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.namespace }}/{{ $labels.name }} isn't in step with Secrets Manager",
    description: "Pods keep the last value. A rotation doesn't reach them.",
  },
  {
    name: "AutoscalerMetricsUnavailable",
    expr: `${promql(scalerErrors)} > ${scalerErrors.threshold}`,
    for: "10m",
    severity: "warning",
    summary: "{{ $labels.scaledObject }} doesn't know its load",
    description: "The autoscaler gets no answer from Prometheus and keeps the replicas that there are.",
  },
];

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
