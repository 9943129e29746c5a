import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { monitoringCharts } from "../../components/monitoring/charts.ts";
import { prometheusValues, wrongHere } from "../../components/monitoring/prometheus-values.ts";
import { firing } from "../support/promtool.ts";
import { healthyDev, minutes } from "./healthy-dev.ts";

const { chart, version, repositoryOpts, release } = monitoringCharts.prometheus;
/** An unpacked copy of the chart, where its repository can't be reached. */
const local = process.env.KUBE_PROMETHEUS_STACK;
const tools = ["helm", "promtool"].filter(
  (tool) => spawnSync(tool, [tool === "helm" ? "version" : "--version"]).status !== 0,
);

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

const values = prometheusValues({
  release,
  environment: "dev",
  clusterName: "gantry-dev",
  region: "us-east-1",
  watched: { nodes: 6, engines: 2 },
  retentionDays: 7,
  storageGiB: 50,
  topicArn: "arn:aws:sns:us-east-1:111122223333:gantry-dev-alerts",
  heartbeatArn: "arn:aws:sns:us-east-1:111122223333:gantry-dev-heartbeat",
  grafanaSecret: "grafana-admin",
  protect: false,
});
const folder = mkdtempSync(join(tmpdir(), "gantry-chart-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rendered = tools.length > 0 ? undefined : groups(values);
if (rendered === undefined) {
  const why =
    tools.length > 0
      ? `${tools.join(" and ")} not on PATH`
      : `${repositoryOpts.repo} can't be reached (KUBE_PROMETHEUS_STACK: a folder with the chart)`;
  console.warn(`skipped: ${why}`);
}

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
  const file = join(folder, "values.yaml");
  writeFileSync(file, stringify(of));
  const source = local === undefined ? [chart, "--repo", repositoryOpts.repo, "--version", version] : [local];
  const { status, stdout } = spawnSync(
    "helm",
    [
      "template",
      release,
      ...source,
      "--namespace",
      "monitoring",
      "--values",
      file,
      "--kube-version",
      "1.36.0",
    ],
    { encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  if (status !== 0) return undefined;
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as { kind?: string; spec: { groups: Group[] } } | null)
    .flatMap((object) => (object?.kind === "PrometheusRule" ? object.spec.groups : []));
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
