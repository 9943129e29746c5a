import type { Alert } from "./alerts/alert.ts";
import { recordingRules } from "./metrics/catalogue.ts";
import type { ListPrices } from "./metrics/prices.ts";
import type { RouteObjective } from "./objectives.ts";

/** The folder of the runbooks in the repository. */
export const runbookFolder = "docs/runbooks";

/** An alert's runbook. @param base a URL under which the runbooks can be opened, or their folder */
export function runbook({ name }: Pick<Alert, "name">, base: string): string {
  const slug = name.replaceAll(/(?<!^)([A-Z])/g, "-$1").toLowerCase();
  return `${base.replace(/\/$/, "")}/${slug}.md`;
}

/** Alerts, and the series that they read, as an environment has them. */
export interface RuleGroupsArgs {
  readonly alerts: readonly Alert[];
  /** Objectives by the routes' names. */
  readonly routes: Readonly<Record<string, RouteObjective>>;
  /** @default none */
  readonly prices?: ListPrices;
  /** A URL, so that a pager can open it. */
  readonly runbookBase: string;
}

/** The rules as the Prometheus operator and promtool read them. */
export function ruleGroups({ alerts, routes, prices, runbookBase }: RuleGroupsArgs) {
  return [
    { name: "gantry-series", rules: recordingRules(routes, prices) },
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
  ] as const;
}
