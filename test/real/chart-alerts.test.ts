import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { monitoringCharts } from "../../components/monitoring/charts.ts";
import { wrongHere } from "../../components/monitoring/prometheus-values.ts";
import { monitoringValues, renderMonitoring } from "../support/monitoring-chart.ts";
import { firing } from "../support/promtool.ts";
import { healthyDev, minutes } from "./healthy-dev.ts";

const { chart, version } = monitoringCharts.prometheus;

/** Metrics of the chart's rules that dev hasn't got, and why: their alerts can't fire. */
const notHere: Readonly<Record<string, string>> = {
  kube_pod_container_status_waiting_reason: "there while a container waits",
  kube_node_spec_taint: "there for a taint of the kind that the alert is about",
  kube_resourcequota: "no quotas",
  kube_persistentvolumeclaim_labels: "labels that aren't in the allow-list",
  node_systemd_unit_state: "its collector is off by default",
  node_systemd_service_restart_total: "its collector is off by default",
  node_bonding_slaves: "no bonded interfaces",
  node_bonding_active: "no bonded interfaces",
  prometheus_remote_storage_failed_samples_total: "no remote write",
  prometheus_remote_storage_samples_failed_total: "no remote write",
  prometheus_remote_storage_succeeded_samples_total: "no remote write",
  prometheus_remote_storage_samples_total: "no remote write",
  prometheus_remote_storage_queue_highest_timestamp_seconds: "no remote write",
  prometheus_remote_storage_queue_highest_sent_timestamp_seconds: "no remote write",
  prometheus_remote_storage_shards_desired: "no remote write",
  prometheus_remote_storage_shards_max: "no remote write",
};

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
}
interface Group {
  readonly rules: readonly Rule[];
}

const values = monitoringValues();
const promtool = spawnSync("promtool", ["--version"]).status === 0;
if (!promtool) console.warn("skipped: promtool isn't on PATH (apt-get install prometheus)");
const rendered = promtool ? groups(values) : undefined;

describe.runIf(rendered !== undefined)(
  `alerts of ${chart} ${version}, with the series of a healthy dev`,
  () => {
    const ours = rendered ?? [];

    it("read nothing that the series lack, unless dev hasn't got it", () => {
      const known = new Set(Object.keys(healthyDev).map((key) => key.replace(/\{.*/, "")));
      const read = new Set(
        ours.flatMap(({ rules }) =>
          rules.flatMap(({ alert, expr }) => (alert === undefined ? [] : metrics(expr))),
        ),
      );
      expect([...read].filter((metric) => !known.has(metric)).sort()).toEqual(Object.keys(notHere).sort());
    });

    it("that fire are the one that shows that alerts arrive, and those that are switched off", () => {
      const all = groups({ ...values, defaultRules: {} }) ?? [];
      const found = firing({ groups: all, series: [healthyDev], minute: minutes, evaluationMinutes: 5 });
      expect([...new Set(found.map(({ alertname }) => alertname))].sort()).toEqual(
        [...Object.keys(wrongHere), "Watchdog"].sort(),
      );
      expect(names(all).filter((name) => !names(ours).includes(name))).toEqual(Object.keys(wrongHere).sort());
    });
  },
);

function names(of: readonly Group[]): string[] {
  return [...new Set(of.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? [])))].sort();
}

/** The chart's rule groups, or `undefined` where the chart can't be read. */
function groups(of: object): Group[] | undefined {
  return renderMonitoring(of)?.flatMap(({ kind, spec }) =>
    kind === "PrometheusRule" ? (spec as { groups: Group[] }).groups : [],
  );
}

/** Metrics that an expression reads, without what recording rules write. */
function metrics(expr: string): string[] {
  const bare = expr
    .replaceAll(/#.*$/gm, "")
    .replaceAll(/"[^"]*"|`[^`]*`/g, '""')
    .replaceAll(/\{[^}]*\}/g, "")
    .replaceAll(/\b(by|on|ignoring|without|group_left|group_right)\s*\([^)]*\)/g, "");
  return [...bare.matchAll(/(?<![\w:])[a-z]\w*_\w+(?![\w:(])/g)]
    .map(([metric]) => metric)
    .filter(
      (word) =>
        !/_over_time$|^(group_left|group_right|predict_linear|histogram_quantile|label_replace|count_values)$/.test(
          word,
        ),
    );
}
