import type { Alert } from "./alerts.ts";

/** Where an alert's runbook stands in the repository. */
export function runbook({ name }: Pick<Alert, "name">): string {
  const slug = name.replaceAll(/(?<!^)([A-Z])/g, "-$1").toLowerCase();
  return `docs/runbooks/${slug}.md`;
}

/** The rules as the Prometheus operator and promtool read them. */
export function ruleGroups(alerts: readonly Alert[]) {
  return [
    {
      name: "gantry",
      rules: alerts.map((alert) => ({
        alert: alert.name,
        expr: alert.expr,
        for: alert.for,
        labels: { severity: alert.severity },
        annotations: {
          summary: alert.summary,
          description: alert.description,
          runbook_url: runbook(alert),
        },
      })),
    },
  ];
}
