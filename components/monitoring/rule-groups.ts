import type { Alert } from "./alerts/alert.ts";
import { panelOf } from "./dashboards/panels.ts";
import { recordingRules } from "./metrics/catalogue.ts";
import type { ListPrices } from "./metrics/prices.ts";
import type { RouteObjective } from "./objectives.ts";
import { runbook } from "./runbooks.ts";

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
      rules: alerts.map((alert) => {
        const panel = panelOf(alert.name);
        return {
          alert: alert.name,
          expr: alert.expr,
          for: alert.for,
          labels: { severity: alert.severity },
          annotations: {
            summary: alert.summary,
            description: alert.description,
            ...(panel !== undefined && { panel }),
            runbook_url: runbook(alert, runbookBase),
          },
        };
      }),
    },
  ] as const;
}
