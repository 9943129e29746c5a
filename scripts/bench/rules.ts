import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { alerts } from "../../components/monitoring/alerts.ts";
import { grafanaDashboard } from "../../components/monitoring/dashboards/board.ts";
import { boards } from "../../components/monitoring/dashboards/boards.ts";
import { routeObjective } from "../../components/monitoring/objectives.ts";
import { ruleGroups } from "../../components/monitoring/rule-groups.ts";
import { hasPrometheus, PrometheusServer } from "../local/prometheus-server.ts";
import { generated } from "./generated.ts";
import { writeHistory } from "./rules-history.ts";

const runbookBase = "https://git.example.com/docs/runbooks";

/** Prints how long a real Prometheus evaluates all rules once, over a day's series of this many models and routes. */
export async function measureRules() {
  if (!hasPrometheus()) {
    console.log("\nRules: not measured, prometheus isn't on PATH");
    return;
  }
  const dashboards = Math.max(
    ...boards.map((board) => JSON.stringify(grafanaDashboard(board, runbookBase)).length),
  );
  console.log(
    `\nRules, one evaluation of all of them; the largest dashboard has ${kB(dashboards)} whatever the number of models`,
  );
  for (const count of generated) {
    const groups = rulesOf(count);
    const { seconds, series } = await evaluate(count, groups);
    console.log(
      `  ${`${count} models and routes`.padEnd(30)} ${seconds.toFixed(2)} s  ${series} series, rules ${kB(JSON.stringify(groups).length)}`,
    );
  }
}

function rulesOf(count: number) {
  const routes = Array.from({ length: count }, (_, route) => [`route-${route}`, routeObjective] as const);
  return ruleGroups({
    alerts: alerts({ monthlyUsd: 4000, reservations: [] }),
    routes: Object.fromEntries(routes),
    runbookBase,
  });
}

async function evaluate(count: number, groups: readonly object[]) {
  const folder = mkdtempSync(join(tmpdir(), "gantry-bench-"));
  const [config, data, history, rules] = ["prometheus.yml", "data", "history.txt", "rules.yml"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  try {
    writeFileSync(rules, stringify({ groups }));
    writeFileSync(config, stringify({ global: { evaluation_interval: "15s" }, rule_files: [rules] }));
    writeHistory(history, count, Math.floor(Date.now() / 1000));
    // In one block, or the file is read once for each two hours of it.
    const blocks = ["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=54h"];
    execFileSync("promtool", [...blocks, history, data], { stdio: "ignore" });
    const server = await PrometheusServer.start({ config, data });
    try {
      return { seconds: await evaluated(server), series: await seriesOf(server) };
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Group {
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
  readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[];
}

/** Seconds of all groups together, the first time that each of them is evaluated. */
async function evaluated({ address }: PrometheusServer): Promise<number> {
  for (;;) {
    const answer = (await (await fetch(`${address}/api/v1/rules`)).json()) as { data: { groups: Group[] } };
    const { groups } = answer.data;
    const broken = groups.flatMap(({ rules }) => rules).find(({ health }) => health === "err");
    if (broken !== undefined) throw new Error(`${broken.name}: ${broken.lastError}`);
    if (groups.length > 0 && groups.every(({ evaluationTime }) => evaluationTime > 0))
      return groups.reduce((sum, { evaluationTime }) => sum + evaluationTime, 0);
    await sleep(500);
  }
}

async function seriesOf({ address }: PrometheusServer): Promise<number> {
  const query = new URLSearchParams({ query: 'count({__name__=~".+"})' });
  const answer = await (await fetch(`${address}/api/v1/query?${query}`)).json();
  return Number(
    (answer as { data: { result: { value: [number, string] }[] } }).data.result[0]?.value[1] ?? 0,
  );
}

function kB(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`;
}
