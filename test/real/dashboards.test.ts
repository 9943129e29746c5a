import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grafanaDashboard } from "../../components/monitoring/dashboards/board.ts";
import { boards } from "../../components/monitoring/dashboards/boards.ts";
import { routeObjective } from "../../components/monitoring/objectives.ts";
import { ruleGroups } from "../../components/monitoring/rule-groups.ts";
import { prometheusInstalled, startPrometheus } from "../support/prometheus.ts";
import { exportersHistory } from "./dashboard-history.ts";
import { type DrawnPanel, drawDashboard } from "./draw-dashboard.ts";

interface Target {
  readonly expr: string;
  readonly refId: string;
  readonly legendFormat: string;
}
interface Panel {
  readonly title: string;
  readonly type: string;
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit: string;
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] };
    };
  };
  readonly targets?: readonly Target[];
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list?: readonly { readonly name: string; readonly query: string }[] };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}
interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

const from = 1_800_000_000;
const span = { from, until: from + 3 * 3600, switched: from + 2 * 3600 };
const dashboards = boards.map((board) => grafanaDashboard(board, "docs/runbooks") as Dashboard);
const panels = dashboards.flatMap(({ title, panels }) =>
  panels.filter(({ targets }) => targets !== undefined).map((panel) => [title, panel.title, panel] as const),
);

/** As Grafana asks with `All` chosen, which is `.*`. */
function asked(query: string): string {
  return query.replaceAll(/\$(?:environment|model|colour|release|route|tenant)\b/g, ".*");
}

describe.runIf(prometheusInstalled())("dashboards on a real Prometheus", () => {
  let server: Awaited<ReturnType<typeof startPrometheus>>;

  beforeAll(async () => {
    const [series] = ruleGroups({
      alerts: [],
      routes: { assistant: routeObjective },
      prices: {
        models: { chat: { input: 0.11, output: 0.21 }, "gpt-4o": { input: 2.5, output: 10 } },
        instances: { "g5.xlarge": 1.006, "m7i.xlarge": 0.2016 },
      },
      runbookBase: "",
    });
    server = await startPrometheus({
      config: {},
      history: exportersHistory(span),
      recorded: { groups: [series], from: span.from, until: span.until },
    });
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  it.each(panels)("%s, %s: each query returns data", async (_, __, { targets = [] }) => {
    for (const { expr } of targets) {
      const found = await range(asked(expr));
      expect(found.length, expr).toBeGreaterThan(0);
      // A line that is nowhere a number would be an empty panel.
      for (const { values } of found)
        expect(values.some(([, value]) => Number.isFinite(Number(value)))).toBe(true);
    }
  });

  it("finds no data for a metric that isn't published", async () => {
    expect(await range('vllm:gpu_cache_usage_perc{model=~".*"}')).toEqual([]);
  });

  it("offers values for each variable", async () => {
    for (const { templating } of dashboards)
      for (const { name, query } of templating.list ?? []) {
        const [, selector = "", label] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
        const found = await range(`group by (${label}) (${asked(selector)})`);
        expect(
          found.map(({ metric }) => metric[name]).filter((value) => value),
          name,
        ).not.toEqual([]);
      }
  });

  it("marks the switch, and nothing else", async () => {
    const marked = await switches();
    expect(new Set(marked.map(({ colour }) => colour))).toEqual(new Set(["green"]));
    // A share over five minutes passes a half some minutes after the switch.
    for (const { at } of marked) expect(at - span.switched).toBeGreaterThan(0);
    for (const { at } of marked) expect(at - span.switched).toBeLessThan(600);
  });

  it.runIf(process.env.DRAW_DASHBOARDS !== undefined)("are drawn into docs/dashboards", async () => {
    // A mark stands for two minutes: what is drawn is its beginning.
    const [{ at: switched } = { at: 0 }] = await switches();
    for (const dashboard of dashboards) {
      const drawn: DrawnPanel[] = [];
      for (const { title, targets, fieldConfig } of dashboard.panels)
        if (targets !== undefined)
          drawn.push({
            title,
            unit: fieldConfig.defaults.unit,
            threshold: fieldConfig.defaults.thresholds?.steps.at(-1)?.value ?? undefined,
            switches: [switched],
            lines: (await Promise.all(targets.map(lines))).flat(),
          });
      drawDashboard(dashboard.title, `docs/dashboards/${dashboard.uid}.png`, drawn);
    }
  });

  /** What the dashboards' annotation marks. */
  async function switches() {
    const [{ annotations }] = dashboards as [Dashboard];
    return (await range(asked(annotations.list[0]?.expr ?? ""))).flatMap(({ metric, values }) =>
      values.map(([at]) => ({ colour: metric.colour, at })),
    );
  }

  async function lines({ expr, legendFormat }: Target) {
    return (await range(asked(expr))).map(({ metric, values }) => ({
      name: legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? ""),
      values: values.map(([at, value]) => [at, Number(value)] as const),
    }));
  }

  async function range(query: string): Promise<readonly Series[]> {
    const asks = new URLSearchParams({
      query,
      start: String(span.from + 1800),
      end: String(span.until),
      step: "60",
    });
    const answer = await fetch(`${server.address}/api/v1/query_range?${asks}`);
    const { status, error, data } = (await answer.json()) as {
      status: string;
      error?: string;
      data?: { result: readonly Series[] };
    };
    expect(status, `${query}: ${error}`).toBe("success");
    return data?.result ?? [];
  }
});
