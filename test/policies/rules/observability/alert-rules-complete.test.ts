import { alertRulesComplete as rule } from "../../../../policies/rules/observability/alert-rules-complete.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { rulesOf, slow } from "../../fixtures/observability.ts";

const withField = (more: { readonly [field: string]: Wire }) => rulesOf([{ ...slow, ...more }]);
const finding = (field: string, alert = "alerts.TimeToFirstTokenHigh") => `rules#${alert}.${field}`;
const all = ["alert", "expr", "for", "labels.severity", "annotations.summary", "annotations.runbook_url"];

cases(rule, {
  passes: [
    ["a whole alert", rulesOf([slow])],
    ...["0", "0m", "90s", "1h30m", "1w", "1d12h", "500ms"].map(
      (time): [string, ReturnType<typeof rulesOf>] => [`for ${time}`, withField({ for: time })],
    ),
    ["a rule that records", rulesOf([{ record: "a:b", expr: "up" }, slow])],
    ["secrets", withField({ expr: secret("up == 0"), labels: { severity: secret("critical") } })],
    ["no rules", rulesOf([])],
    [
      "a severity that the environment adds",
      withField({ labels: { severity: "info" } }),
      { config: { severities: ["info"] } },
    ],
  ],
  reports: [
    ["no time", withField({ for: null }), [finding("for")]],
    ...["5", "", "m", "1.5m", "5 m", "30m1h", "1m1m", "soon"].map(
      (time): [string, ReturnType<typeof rulesOf>, readonly string[]] => [
        `for "${time}"`,
        withField({ for: time }),
        [finding("for")],
      ],
    ),
    ["a number for a time", withField({ for: 300 }), [finding("for")]],
    ["no expression", withField({ expr: null }), [finding("expr")]],
    ["an empty expression", withField({ expr: "  " }), [finding("expr")]],
    ["an unknown expression", withField({ expr: unknown }), [finding("expr")]],
    ["no severity", withField({ labels: null }), [finding("labels.severity")]],
    ["an unknown severity", withField({ labels: { severity: "meh" } }), [finding("labels.severity")]],
    ["a severity in capitals", withField({ labels: { severity: "Critical" } }), [finding("labels.severity")]],
    [
      "an empty summary",
      withField({ annotations: { ...(slow.annotations as object), summary: "" } }),
      [finding("annotations.summary")],
    ],
    [
      "no annotations",
      withField({ annotations: null }),
      [finding("annotations.summary"), finding("annotations.runbook_url")],
    ],
    [
      "an unknown runbook",
      withField({ annotations: { summary: "slow", runbook_url: unknown } }),
      [finding("annotations.runbook_url")],
    ],
    ["an empty name", withField({ alert: "" }), [finding("alert", "spec.groups.0.rules.0")]],
    [
      "two of one name",
      rulesOf([slow, slow]),
      [0, 1].map((index) => finding("alert", `spec.groups.0.rules.${index}`)),
    ],
    [
      "an alert that is unknown, and its neighbour",
      rulesOf([unknown, { ...slow, for: null }]),
      [...all.map((field) => finding(field, "spec.groups.0.rules.0")), finding("for")],
    ],
    ["unknown rules", rulesOf(unknown), all.map((field) => finding(field, "spec.groups.0.rules"))],
    [
      "rules that are an object",
      rulesOf({ a: slow }),
      all.map((field) => finding(field, "spec.groups.0.rules")),
    ],
    [
      "an unknown resource",
      { ...rulesOf([]), props: { spec: unknown } },
      all.map((field) => finding(field, "spec.groups")),
    ],
    [
      "each of several",
      rulesOf([
        { ...slow, for: null },
        { ...slow, alert: "Hot", expr: null },
      ]),
      [finding("for"), finding("expr", "alerts.Hot")],
    ],
    [
      "a severity that the environment leaves out",
      rulesOf([slow]),
      [finding("labels.severity")],
      { config: { severities: { only: ["critical"] } } },
    ],
    [
      "a setting that lists nothing, and uses the default",
      withField({ for: null }),
      ["rules#configuration.severities", finding("for")],
      { config: { severities: { only: [] } } },
    ],
  ],
});
