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
  title: "Every required alert exists and can fire.",
  why: "A stalled engine still reports healthy, and an alert that was renamed, or reads a metric that no exporter publishes, never fires.",
  fix: "Define the alert under its required name, on the metrics in policies/data/required-alerts.ts and only others that policies/data/metrics.ts lists.",
  severity: "medium",
  relatedChecks: { none: "the studied tools don't read alert rules" },
  resourceTypes: [prometheusRule, ...workloads],
  example: {
    good: "{ alert: KvCacheFull, expr: avg by (model, colour) (vllm:kv_cache_usage_perc) > 0.95 }",
    bad: "{ alert: KvCacheFull, expr: avg by (model, colour) (vllm:gpu_cache_usage_perc) > 0.95 }",
  },

  *checkStack({ resources }) {
    const alerts = resources.filter(({ type }) => type === prometheusRule).flatMap(alertRules);
    const mayHaveGateway = resources.flatMap(containers).some((one) => isGateway(one) !== false);
    for (const required of [...requiredAlerts, ...(mayHaveGateway ? requiredGatewayAlerts : [])]) {
      const named = alerts.filter(({ fields }) => at(fields, "alert") === required.name);
      if (named.some(({ fields }) => canDetect(required, at(fields, "expr")))) continue;
      yield {
        path: required.name,
        where: "alerts",
        problem:
          named.length === 0
            ? `the alert ${required.name} is missing, which fires when ${required.condition}`
            : `${required.name} can't detect that ${required.condition}: its expr reads other metrics, or unknown ones`,
        allowed: `an alert ${required.name} on ${required.metrics.join(" and ")}, and on no unknown metric`,
      };
    }
  },
};

function canDetect(required: RequiredAlert, expr: Value): boolean {
  const metrics = metricsOf(expr);
  if (metrics === unknown) return false;
  return (
    required.metrics.every((metric) => metrics.has(metric)) &&
    [...metrics].every((metric) => knownMetrics.has(metric))
  );
}
