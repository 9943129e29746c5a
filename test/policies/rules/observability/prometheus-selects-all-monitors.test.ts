import { prometheusSelectsAllMonitors as rule } from "../../../../policies/rules/observability/prometheus-selects-all-monitors.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { monitor, open, prometheus, rulesOf, slow } from "../../fixtures/observability.ts";

const finding = (field: string) => `monitoring#values.prometheus.prometheusSpec.${field}`;
const flags = Object.keys(open).map(finding);
const podMonitors = [finding("podMonitorSelectorNilUsesHelmValues")];
const withFlag = (value: Wire) => [
  prometheus({ ...open, podMonitorSelectorNilUsesHelmValues: value }),
  monitor(),
];
const labelled = { release: "monitoring" };
const other = { ...prometheus({}), name: "keda", props: { chart: "keda", values: {} } };

cases(rule, {
  passes: [
    ["all five switched off", [prometheus(open), monitor(), rulesOf([slow])]],
    ["a secret", withFlag(secret(false))],
    ["the chart's label on everything", [prometheus({}), monitor(labelled), rulesOf([slow], labelled)]],
    [
      "selectors that pick everything",
      [prometheus({ ...open, ruleSelector: {}, ruleNamespaceSelector: null }), monitor()],
    ],
    ["other charts", [other, monitor()]],
  ],
  reports: [
    ["four of five", withFlag(true), podMonitors],
    ["a text", withFlag("false"), podMonitors],
    ["an unset one", withFlag(null), podMonitors],
    ["an unknown one", withFlag(unknown), podMonitors],
    ["none", [prometheus(null), monitor()], flags],
    ["none, without a monitor yet", [prometheus({})], flags],
    [
      "unknown values",
      [{ ...prometheus(open), props: { chart: "kube-prometheus-stack", values: unknown } }, monitor()],
      [
        ...flags,
        ...Object.keys(open).flatMap((flag) => {
          const selector = finding(flag.replace("NilUsesHelmValues", ""));
          return [selector, selector.replace("Selector", "NamespaceSelector")];
        }),
      ],
    ],
    ["a monitor without the label", [prometheus({}), monitor(), rulesOf([slow], labelled)], flags],
    ["the label of another release", [prometheus({}), monitor({ release: "metrics" })], flags],
    ["an unknown label", [prometheus({}), monitor({ release: unknown })], flags],
    [
      "a selector for some",
      [prometheus({ ...open, podMonitorSelector: { matchLabels: { team: "a" } } }), monitor()],
      [finding("podMonitorSelector")],
    ],
    [
      "a namespace for some, whatever the labels",
      [prometheus({ ...open, ruleNamespaceSelector: { matchLabels: { a: "b" } } }), monitor(labelled)],
      [finding("ruleNamespaceSelector")],
    ],
    [
      "a chart that may be Prometheus's",
      [{ ...other, props: { chart: unknown } }, monitor()],
      flags.map((id) => id.replace("monitoring", "keda")),
    ],
    [
      "one from a registry",
      [{ ...prometheus({}), props: { chart: "oci://example.com/charts/kube-prometheus-stack" } }],
      flags,
    ],
    ["one of the new kind", [{ ...prometheus({}), type: "kubernetes:helm.sh/v4:Chart" }], flags],
    [
      "each of two",
      [prometheus({}), { ...prometheus({ ...open, ruleSelectorNilUsesHelmValues: true }), name: "b" }],
      [...flags, "b#values.prometheus.prometheusSpec.ruleSelectorNilUsesHelmValues"],
    ],
  ],
});
