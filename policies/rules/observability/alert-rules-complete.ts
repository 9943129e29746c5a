import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, type Value } from "../../framework/value.ts";
import { type AlertRule, alertRules, prometheusRule } from "../../read/kubernetes/alert-rules.ts";

/** A duration as Prometheus writes it: units from large to small, each once. [prometheus model/time.go] */
const duration =
  /^(?:0|(?=\d)(?:\d{1,9}y)?(?:\d{1,9}w)?(?:\d{1,9}d)?(?:\d{1,9}h)?(?:\d{1,9}m)?(?:\d{1,9}s)?(?:\d{1,9}ms)?)$/;

const settings = {
  severities: strings("Severities that an alert may have: those that Alertmanager routes to a receiver.", {
    pattern: "^[a-z]+$",
    minItems: 1,
    default: ["critical", "warning"],
  }),
} as const satisfies RuleSettings;

export const alertRulesComplete: ResourceRule<typeof settings> = {
  name: "alert-rules-complete",
  title: "Every alert has an expression, a duration, a severity and a runbook.",
  why: "An alert without a duration fires on every spike, one of unknown severity isn't routed to a receiver, and one without a runbook leaves the person on call without instructions.",
  fix: "Give the alert a unique name, expr, for, a severity label, and the annotations summary and runbook_url.",
  severity: "medium",
  relatedChecks: { none: "the studied tools don't read alert rules" },
  resourceTypes: [prometheusRule],
  example: {
    good: "{ alert: A, expr: up == 0, for: 5m, labels: { severity: critical }, annotations: { summary: …, runbook_url: … } }",
    bad: "{ alert: A, expr: up == 0 }",
  },
  config: settings,

  *check(resource, { severities }) {
    const alerts = alertRules(resource);
    const names = alerts.map(({ fields }) => at(fields, "alert"));
    for (const alert of alerts) {
      const name = at(alert.fields, "alert");
      if (!isFilled(name) || names.indexOf(name) !== names.lastIndexOf(name))
        yield finding(alert, "alert", "the alert has no name, or that of another alert", "a unique name");
      yield* incomplete(alert, severities);
    }
  },
};

function* incomplete(alert: AlertRule, severities: readonly string[]): Iterable<Finding> {
  const time = at(alert.fields, "for");
  const severity = at(alert.fields, "labels", "severity");
  if (!isFilled(at(alert.fields, "expr")))
    yield finding(alert, "expr", "the alert has no expression", "PromQL, known at preview");
  if (typeof time !== "string" || !duration.test(time))
    yield finding(alert, "for", "the alert has no duration", "a duration such as 5m, or 0m");
  if (typeof severity !== "string" || !severities.includes(severity))
    yield finding(alert, "labels.severity", "the severity is not on the list", severities.join(", "));
  for (const name of ["summary", "runbook_url"])
    if (!isFilled(at(alert.fields, "annotations", name)))
      yield finding(alert, `annotations.${name}`, `there is no ${name}`, "a string known at preview");
}

function finding({ path, where }: AlertRule, field: string, problem: string, allowed: string): Finding {
  return { path: `${path}.${field}`, where, problem, allowed };
}

function isFilled(value: Value): boolean {
  return typeof value === "string" && value.trim() !== "";
}
