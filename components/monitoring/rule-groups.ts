import type { Alert } from "./alerts.ts";

/** The folder of the runbooks in the repository. */
export const runbookFolder = "docs/runbooks";

/** An alert's runbook. @param base a URL under which the runbooks can be opened, or their folder */
export function runbook({ name }: Pick<Alert, "name">, base: string): string {
  const slug = name.replaceAll(/(?<!^)([A-Z])/g, "-$1").toLowerCase();
  return `${base.replace(/\/$/, "")}/${slug}.md`;
}

/** The rules as the Prometheus operator and promtool read them. @param runbookBase a URL, so that a pager can open it */
export function ruleGroups(alerts: readonly Alert[], runbookBase: string) {
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
          runbook_url: runbook(alert, runbookBase),
        },
      })),
    },
  ];
}
