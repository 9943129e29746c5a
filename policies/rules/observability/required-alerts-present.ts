import { knownMetrics } from "../../data/metrics.ts";
import { type RequiredAlert, requiredAlerts, requiredGatewayAlerts } from "../../data/required-alerts.ts";
import type { StackRule } from "../../framework/rule.ts";
import { at, unknown, type Value } from "../../framework/value.ts";
import { isGateway } from "../../read/gateway/gateway-container.ts";
import { alertRules, prometheusRule } from "../../read/kubernetes/alert-rules.ts";
import { containers, workloads } from "../../read/kubernetes/containers.ts";
import { metricsOf } from "../../read/text/promql.ts";

export const requiredAlertsPresent: StackRule = {
  name: "required-alerts-present",
  title: "What can go wrong with models has an alert that can fire.",
  why: "An engine that hangs stays green, and an alert that was renamed, or reads a metric that nobody publishes, is as silent as one that was never written.",
  fix: "Write the alert under its name, on the metrics in policies/data/required-alerts.ts and others in policies/data/metrics.ts only.",
  severity: "medium",
  level: "mandatory",
  relatedChecks: { none: "the studied tools don't read alert rules" },
  resourceTypes: [prometheusRule, ...workloads],
  example: {
    good: "{ alert: KvCacheFull, expr: avg by (model, colour) (vllm:kv_cache_usage_perc) > 0.95 }",
    bad: "{ alert: KvCacheFull, expr: avg by (model, colour) (vllm:gpu_cache_usage_perc) > 0.95 }",
  },
  config: {},

  *checkStack({ resources }) {
    const alerts = resources.filter(({ type }) => type === prometheusRule).flatMap(alertRules);
    const mayHaveGateway = resources.flatMap(containers).some((one) => isGateway(one) !== false);
    for (const required of [...requiredAlerts, ...(mayHaveGateway ? requiredGatewayAlerts : [])]) {
      const named = alerts.filter(({ fields }) => at(fields, "alert") === required.name);
      if (named.some(({ fields }) => tells(required, at(fields, "expr")))) continue;
      yield {
        path: required.name,
        where: "alerts",
        problem:
          named.length === 0
            ? `nobody hears that ${required.tells}: there is no ${required.name}`
            : `${required.name} can't tell that ${required.tells}: its expr reads other metrics, or none that is known`,
        allowed: `an alert ${required.name} on ${required.reads.join(" and ")}, and on nothing that nobody publishes`,
      };
    }
  },
};

function tells({ reads }: RequiredAlert, expr: Value): boolean {
  const metrics = metricsOf(expr);
  if (metrics === unknown) return false;
  return (
    reads.every((metric) => metrics.has(metric)) && [...metrics].every((metric) => knownMetrics.has(metric))
  );
}
