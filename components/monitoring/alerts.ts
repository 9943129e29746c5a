import type { Alert } from "./alerts/alert.ts";
import { engineAlerts } from "./alerts/engines.ts";
import { gatewayAlerts } from "./alerts/gateway.ts";
import { gpuAlerts } from "./alerts/gpus.ts";
import {
  budgetAlert,
  exporterAlert,
  type PoolReservation,
  platformAlerts,
  reservationAlert,
} from "./alerts/platform.ts";
import { podAlerts } from "./alerts/pods.ts";

/** The alert rules of an environment. */
export function alerts(args: {
  /** Its budget in US dollars. */
  readonly monthlyUsd: number;
  readonly reservations: readonly PoolReservation[];
}): readonly Alert[] {
  const { monthlyUsd, reservations } = args;
  return [
    ...podAlerts,
    ...engineAlerts,
    ...gatewayAlerts,
    ...gpuAlerts,
    ...platformAlerts,
    exporterAlert,
    ...(reservations.length > 0 ? [reservationAlert(reservations)] : []),
    budgetAlert(monthlyUsd),
  ];
}
