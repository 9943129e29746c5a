import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { alerts as alertsOf } from "../../../components/monitoring/alerts.ts";
import { monitoringCharts } from "../../../components/monitoring/charts.ts";
import { grafanaDashboard } from "../../../components/monitoring/dashboards/board.ts";
import { boards } from "../../../components/monitoring/dashboards/boards.ts";
import { indicators, recordingRules } from "../../../components/monitoring/metrics/catalogue.ts";
import { failureCodes } from "../../../components/monitoring/metrics/gateway.ts";
import { type Indicator, promql, reading } from "../../../components/monitoring/metrics/indicator.ts";
import { routeObjective } from "../../../components/monitoring/objectives.ts";
import { root } from "../../support/plan.ts";
import { exporters, targetLabels } from "./exporters.ts";

const words = (text: string) => text.split(" ").filter((word) => word !== "");
/** Labels by metric, of every exporter. */
const published = new Map<string, ReadonlySet<string>>(
  Object.values(exporters).flatMap(({ labels, metrics, histograms = {} }) => {
    const every = [...words(targetLabels), ...words(labels)];
    return [
      ...Object.entries(metrics).map(([name, more]) => [name, new Set([...every, ...words(more)])] as const),
      ...Object.entries(histograms).flatMap(([name, more]) =>
        ["_bucket", "_sum", "_count"].map(
          (end) => [name + end, new Set([...every, ...words(more), "le"])] as const,
        ),
      ),
    ];
  }),
);
const recorded = recordingRules(
  { assistant: routeObjective },
  { models: { chat: { input: 0.1, output: 0.4 } }, instances: { "g5.xlarge": 1.006 } },
);
const alerts = alertsOf({
  monthlyUsd: 4000,
  reservations: [{ pool: "h100", id: "cr-0a1b", ends: "2027-01-15" }],
});
/** Everything in the dashboards that Prometheus is asked, with the panel's title. */
const shown = boards.flatMap((board) => {
  const { panels } = grafanaDashboard(board, "docs/runbooks") as {
    panels: readonly { title: string; targets?: readonly { expr: string }[] }[];
  };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => [`${board.title}, ${title}`, expr] as const),
  );
});
const all = Object.values(indicators).flatMap((area) => Object.entries<Indicator>(area));
const functions =
  /^(?:absent|sum|avg|min|max|count|group|rate|increase|changes|histogram_quantile|label_replace|time|vector|scalar|clamp_min|(?:min|max|avg|count)_over_time|by|on|ignoring|without|group_left|group_right|and|or|unless|offset|bool)$/;

/** What an expression reads that no exporter publishes: `metric`, or `metric{label}`; labels of groupings by themselves. */
function unknownIn(expr: string): string[] {
  const bare = expr.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const made = new Set([...expr.matchAll(/"(\w+)", "\$[12]"/g)].map(([, label]) => label ?? ""));
  const selectors = [
    ...bare.replaceAll(/\[[^\]]*\]|offset \d+\w/g, "").matchAll(/([A-Za-z_:][\w:]*)(\{[^}]*\})?/g),
  ];
  const groupings = [
    ...bare.matchAll(/\b(?:by|on|ignoring|without|group_left|group_right) \(([^)]*)\)/g),
  ].flatMap(([, labels = ""]) => labels.split(",").map((label) => label.trim()));
  const series = selectors
    .map(([, name = "", matchers = ""]) => ({
      name,
      labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => label),
    }))
    .filter(({ name }) => !functions.test(name) && !groupings.includes(name));
  const labelsOf = (name: string): ReadonlySet<string> | undefined => {
    const rule = recorded.filter(({ record }) => record === name);
    if (rule.length === 0) return published.get(name);
    return new Set(rule.flatMap(({ expr: of, labels = {} }) => [...groupedBy(of), ...Object.keys(labels)]));
  };
  const known = new Set(series.flatMap(({ name }) => [...(labelsOf(name) ?? [])]));
  return [
    ...series.flatMap(({ name, labels }) => {
      const has = labelsOf(name);
      if (has === undefined) return [name];
      return labels.filter((label) => !has.has(label)).map((label) => `${name}{${label}}`);
    }),
    ...groupings.filter((label) => label !== "" && !known.has(label) && !made.has(label)),
  ];
}

/** Labels that a recording rule keeps. */
function groupedBy(expr: string): string[] {
  return [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = ""]) => labels.split(", "));
}

describe("the catalogue of metrics", () => {
  it.each([
    ...all.map(([name, one]) => [name, promql(one, 'environment="dev"')] as const),
    ...recorded.map(({ record, expr }) => [record, expr] as const),
    ...alerts.map(({ name, expr }) => [name, expr] as const),
    ...shown,
  ])("reads for %s what is published, and by its labels", (_, expr) => {
    expect(unknownIn(expr)).toEqual([]);
  });

  it("would notice another metric, label or grouping", () => {
    expect(unknownIn("sum by (model) (vllm:gpu_cache_usage_perc)")).toEqual([
      "vllm:gpu_cache_usage_perc",
      "model",
    ]);
    expect(unknownIn('vllm:num_requests_waiting{modle="chat"}')).toEqual([
      "vllm:num_requests_waiting{modle}",
    ]);
    expect(unknownIn("sum by (tenant) (rate(vllm:request_success_total[5m]))")).toEqual(["tenant"]);
    expect(unknownIn('slot:requests:rate5m{tenant="a"}')).toEqual(["slot:requests:rate5m{tenant}"]);
  });

  it("says of each expression what it means, in one sentence", () => {
    for (const [name, { means }] of all)
      expect([name, means]).toEqual([name, expect.stringMatching(/^[A-Z0-9].*[.\]]$/)]);
  });

  it("has no two rules that write one series, and each is read or shown by its name", () => {
    const series = recorded.map(({ record, labels }) => JSON.stringify([record, labels]));
    expect(new Set(series).size).toBe(series.length);
    for (const { record } of recorded)
      expect(record).toMatch(/^(slot|route|tenant|environment|model|instance_type):[a-z_]+:[a-z0-9_]+$/);
  });

  it("narrows every selector that a dashboard can narrow", () => {
    expect(promql(indicators.slots.errors, 'model="chat"')).not.toContain("$where");
    expect(promql(indicators.slots.running)).toBe(
      "sum by (environment, model, colour, release) (vllm:num_requests_running) or sum by (environment, model, colour, release) (tgi_batch_current_size)",
    );
    expect(reading(indicators.slots.errors, 'model="chat"')).toBe('slot:errors:ratio5m{model="chat"}');
  });

  it("counts as failures what the gateway answers with 5xx", () => {
    const table = readFileSync(join(root, "components/gateway/extension/gantry_gateway/errors.py"), "utf8");
    const kinds = [...table.matchAll(/"(\w+)": Kind\(\s*(\d{3})/g)];
    expect(kinds.length).toBeGreaterThan(15);
    expect(kinds.flatMap(([, code, status]) => (Number(status) >= 500 ? [code] : []))).toEqual([
      ...failureCodes,
    ]);
  });

  it("has tables of the versions that are deployed", () => {
    expect(monitoringCharts.gpuExporter.version).toBe(exporters.dcgm?.version);
    expect(monitoringCharts.prometheus.version).toBe(exporters.kubeStateMetrics?.version);
  });

  it("has a table of the extension's metrics that its source bears out", () => {
    const source = readFileSync(join(root, "components/gateway/extension/gantry_gateway/metrics.py"), "utf8");
    const defined = [
      ...source.matchAll(/= (Counter|Gauge|Histogram)\(\s*"(\w+)",[^[\]]*?(?:\[([^\]]*)\]|\))/g),
    ].map(([, type, name, labels = ""]) => [
      type === "Counter" ? `${name}_total` : (name ?? ""),
      [...labels.matchAll(/"(\w+)"/g)].map(([, label]) => label).join(" "),
    ]);
    const { metrics = {}, histograms = {} } = exporters.extension ?? {};
    expect(Object.fromEntries(defined)).toEqual({ ...metrics, ...histograms });
  });
});
