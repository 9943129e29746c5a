import { grafanaUrl } from "../prometheus.ts";
import { boards } from "./boards.ts";

/** By alert, the first panel that shows it: `Service, Failed requests: <the dashboard's URL>`. */
const panels = new Map(
  boards
    .flatMap(({ uid, title: board, rows }) =>
      Object.values(rows)
        .flat()
        .flatMap(({ title, alerts = [] }) =>
          alerts.map((alert) => [alert, `${board}, ${title}: ${grafanaUrl}d/${uid}`] as const),
        ),
    )
    .reverse(),
);

/** An alert's panel in Grafana; undefined if no panel shows it. */
export function panelOf(alert: string): string | undefined {
  return panels.get(alert);
}
