import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { alerts as alertsOf } from "../../../components/monitoring/alerts.ts";
import { cloudAlarms } from "../../../components/monitoring/cloud-alarms.ts";
import { indicators } from "../../../components/monitoring/metrics/catalogue.ts";
import {
  balancerMetrics,
  type CloudMetric,
  firewallMetrics,
  targetMetrics,
} from "../../../components/monitoring/metrics/cloud.ts";
import type { Indicator } from "../../../components/monitoring/metrics/indicator.ts";
import { at, fixturePlans, ofType, root } from "../../support/plan.ts";

interface Panel {
  readonly title: string;
  readonly description: string;
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit: string;
      readonly custom?: { readonly thresholdsStyle?: { readonly mode: string } };
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] };
    };
  };
  readonly links: readonly { readonly title: string; readonly url: string }[];
  /** With an expression for Prometheus, or dimensions for CloudWatch. */
  readonly targets?: readonly { readonly expr?: string; readonly dimensions?: object }[];
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  /** Without a list where no panel is narrowed. */
  readonly templating: { readonly list?: readonly { readonly name: string }[] };
  readonly annotations: { readonly list?: readonly { readonly name: string }[] };
}

/** What the sidecar reads: the ConfigMaps of the plan. */
const [plan] = fixturePlans();
const maps = (plan ? ofType(plan, "ConfigMap") : []).filter(
  ({ inputs }) => (inputs.metadata as { labels?: Record<string, string> }).labels?.grafana_dashboard === "1",
);
const dashboards = maps.map((map) => {
  const [json = "{}"] = Object.values(at(map, "data") as Record<string, string>);
  return JSON.parse(json) as Dashboard;
});
const panels = dashboards.flatMap(({ title, panels }) =>
  panels
    .filter(({ targets }) => targets !== undefined)
    .map((panel) => [`${title}, ${panel.title}`, panel] as const),
);
const limitOf = ({ limit }: CloudMetric) =>
  limit === undefined ? undefined : "above" in limit ? limit.above : limit.below;
const all: readonly (Pick<Indicator, "means" | "unit"> & { readonly threshold?: number | undefined })[] = [
  ...Object.values(indicators).flatMap((area) => Object.values<Indicator>(area)),
  ...[balancerMetrics, targetMetrics, firewallMetrics]
    .flatMap((group) => Object.values<CloudMetric>(group))
    .map((one) => ({ ...one, threshold: limitOf(one) })),
];
const alertNames = new Set([
  ...alertsOf({
    monthlyUsd: 4000,
    reservations: [{ pool: "h100", id: "cr-0a1b", ends: "2027-01-15" }],
  }).map(({ name }) => name),
  ...Object.keys(cloudAlarms),
]);

describe("the dashboards", () => {
  it("are six, each in a ConfigMap of its own within what etcd takes", () => {
    expect(dashboards.map(({ title }) => title).sort()).toEqual([
      "Cost and tenants",
      "Edge",
      "Engine and GPU",
      "Platform",
      "Release",
      "Service",
    ]);
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(6);
    for (const map of maps) expect(JSON.stringify(map.inputs).length).toBeLessThan(1_000_000);
  });

  it.each(panels)("%s has a unit, a description and the catalogue's threshold", (_, panel) => {
    const { unit, thresholds, custom } = panel.fieldConfig.defaults;
    const shown = all.filter(({ means }) => panel.description.includes(means));
    expect(shown.length).toBeGreaterThan(0);
    expect(new Set(shown.map(({ unit }) => unit))).toEqual(new Set([unit]));
    const limits = shown.flatMap(({ threshold }) => (threshold === undefined ? [] : [threshold]));
    expect(custom?.thresholdsStyle?.mode).toBe(limits.length > 0 ? "dashed" : undefined);
    expect((thresholds?.steps ?? []).flatMap(({ value }) => (value === null ? [] : [value]))).toEqual(limits);
  });

  it.each(panels)("%s links the runbooks of alerts that exist", (_, { links }) => {
    for (const { title, url } of links) {
      expect(alertNames).toContain(title);
      expect(existsSync(join(root, url)), url).toBe(true);
    }
  });

  it("use only variables that they offer", () => {
    for (const { title, panels, templating } of dashboards) {
      const offered = (templating.list ?? []).map(({ name }) => name);
      const used = panels.flatMap(({ targets = [] }) =>
        targets.flatMap(({ expr, dimensions }) =>
          [...(expr ?? JSON.stringify(dimensions)).matchAll(/\$\{?(\w+)/g)].map(([, name]) => name),
        ),
      );
      expect(new Set(used), title).toEqual(new Set(offered));
    }
    const offers = new Set(
      dashboards.flatMap(({ templating }) => (templating.list ?? []).map(({ name }) => name)),
    );
    for (const name of ["environment", "model", "colour", "release"]) expect(offers).toContain(name);
  });

  it("mark switches on each that Prometheus answers", () => {
    for (const { uid, annotations } of dashboards)
      expect(
        (annotations.list ?? []).map(({ name }) => name),
        uid,
      ).toEqual(uid === "gantry-edge" ? [] : ["Switches"]);
  });

  it("lay no panel over another, and none beyond the edge", () => {
    for (const { title, panels } of dashboards) {
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
        expect(x + w, title).toBeLessThanOrEqual(24);
        return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`);
      });
      expect(new Set(cells).size, title).toBe(cells.length);
    }
  });
});
