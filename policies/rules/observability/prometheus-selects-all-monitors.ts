import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, isFields, type Value } from "../../framework/value.ts";
import { prometheusRule } from "../../read/kubernetes/alert-rules.ts";
import { chartReleases } from "../../read/kubernetes/cluster.ts";

const monitors = [
  "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
  "kubernetes:monitoring.coreos.com/v1:PodMonitor",
  prometheusRule,
];
/** The kinds that the chart configures selectors for. [kube-prometheus-stack 88, values.yaml] */
const kinds = ["rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig"];
const spec = ["values", "prometheus", "prometheusSpec"];

export const prometheusSelectsAllMonitors: StackRule = {
  name: "prometheus-selects-all-monitors",
  title: "Prometheus selects every monitor and every rule of the stack.",
  why: "By default the chart's Prometheus silently ignores objects without the chart's own label: no metrics, no alerts, and everything looks healthy.",
  fix: "Set the five SelectorNilUsesHelmValues of prometheus.prometheusSpec to false and leave the selectors unset.",
  severity: "medium",
  relatedChecks: { none: "the studied tools don't read a chart's values" },
  resourceTypes: [...chartReleases, ...monitors],
  example: {
    good: "prometheusSpec: { podMonitorSelectorNilUsesHelmValues: false, … }",
    bad: "prometheusSpec: {}",
  },

  *checkStack({ resources }) {
    const own = resources.filter(({ type }) => monitors.includes(type));
    for (const release of resources.filter(isPrometheus)) yield* ignored(release, own);
  },
};

/** A chart that can't be read may be Prometheus's. */
function isPrometheus({ type, props }: StackResource): boolean {
  const chart = at(props, "chart");
  if (!chartReleases.includes(type)) return false;
  return typeof chart !== "string" || chart.split("/").at(-1) === "kube-prometheus-stack";
}

function* ignored(release: StackResource, own: readonly StackResource[]): Iterable<StackFinding> {
  const labelled = own.length > 0 && own.every((monitor) => isLabelled(monitor, release));
  for (const kind of kinds) {
    const flag = `${kind}SelectorNilUsesHelmValues`;
    const narrowed = [`${kind}Selector`, `${kind}NamespaceSelector`].filter(
      (name) => !isEmpty(at(release.props, ...spec, name)),
    );
    for (const name of narrowed)
      yield {
        resource: release,
        path: [...spec, name].join("."),
        problem: `${name} selects some objects and ignores others`,
        allowed: "nothing",
      };
    // Unset is true. [kube-prometheus-stack 88, values.yaml]
    if (!labelled && at(release.props, ...spec, flag) !== false)
      yield {
        resource: release,
        path: [...spec, flag].join("."),
        problem: "Prometheus ignores objects without its chart's label",
        allowed:
          "false; or the label release with the Helm release's name on every monitor and rule of the stack",
      };
  }
}

function isLabelled(monitor: StackResource, release: StackResource): boolean {
  const name = at(release.props, "name");
  return typeof name === "string" && at(monitor.props, "metadata", "labels", "release") === name;
}

function isEmpty(selector: Value): boolean {
  return selector === undefined || (isFields(selector) && Object.keys(selector).length === 0);
}
