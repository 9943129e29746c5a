import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { monitoringCharts } from "../../components/monitoring/charts.ts";
import {
  type PrometheusValuesArgs,
  prometheusValues,
} from "../../components/monitoring/prometheus-values.ts";

const { chart, version, repositoryOpts, release } = monitoringCharts.prometheus;
/** An unpacked copy of the chart with its dependencies, where its repository can't be reached. */
const local = process.env.KUBE_PROMETHEUS_STACK;

export interface RenderedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** The chart's values of a small environment. @param more what it configures beside what it has to */
export function monitoringValues(more: Partial<PrometheusValuesArgs> = {}): Record<string, unknown> {
  return prometheusValues({
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
    ...more,
  });
}

/** What Helm makes of the chart with these values, or `undefined`, with the reason on the console, where it can't be asked. */
export function renderMonitoring(values: object): RenderedObject[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), "gantry-chart-"));
  const file = join(folder, "values.yaml");
  writeFileSync(file, stringify(values));
  const source = local === undefined ? [chart, "--repo", repositoryOpts.repo, "--version", version] : [local];
  const place = ["--namespace", "monitoring", "--kube-version", "1.36.0"];
  const { error, status, stdout } = spawnSync(
    "helm",
    ["template", release, ...source, ...place, "--values", file],
    { encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  rmSync(folder, { recursive: true });
  if (status === 0)
    return parseAllDocuments(stdout).flatMap((document) => (document.toJS() as RenderedObject | null) ?? []);
  const why = error
    ? "helm isn't on PATH"
    : `${repositoryOpts.repo} can't be reached (KUBE_PROMETHEUS_STACK: a folder with the chart)`;
  console.warn(`skipped: ${why}`);
  return undefined;
}
