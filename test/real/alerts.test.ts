import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { alerts as alertsOf } from "../../components/monitoring/alerts.ts";
import { routeObjective } from "../../components/monitoring/objectives.ts";
import { ruleGroups } from "../../components/monitoring/rule-groups.ts";
import { alertCases } from "./alert-cases.ts";

const promtool = spawnSync("promtool", ["--version"]).status === 0;
if (!promtool) console.warn("skipped: promtool isn't on PATH (apt-get install prometheus)");

/** An hour after promtool's beginning, which is 1970, and weeks later. */
const reservations = [
  { pool: "h100", id: "cr-0a1b", ends: "1970-01-05" },
  { pool: "h100", id: "cr-2c3d", ends: "1970-03-01" },
  { pool: "l40s", id: "cr-4e5f", ends: "1969-12-30" },
  { pool: "a10g", id: "cr-6a7b", ends: "1970-01-08" },
];
const alerts = alertsOf({ monthlyUsd: 4000, reservations });
const groups = ruleGroups({
  alerts,
  routes: { assistant: routeObjective },
  runbookBase: "https://git.example.com/docs/runbooks",
});

describe("the cases of alerts", () => {
  it("are four or more for each, and one of them silent", () => {
    expect(Object.keys(alertCases).sort()).toEqual(alerts.map(({ name }) => name).sort());
    for (const [name, cases] of Object.entries(alertCases)) {
      expect([name, cases.length >= 4]).toEqual([name, true]);
      expect([name, new Set(cases.map(({ fires }) => fires > 0))]).toEqual([name, new Set([true, false])]);
    }
  });
});

describe.runIf(promtool)("the alert rules in Prometheus's own tool", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "gantry-alerts-"));
    writeFileSync(join(folder, "rules.yaml"), stringify({ groups }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("are valid", () => {
    expect(
      execFileSync("promtool", ["check", "rules", join(folder, "rules.yaml")], { encoding: "utf8" }),
    ).toContain(`SUCCESS: ${groups[0].rules.length + groups[1].rules.length} rules found`);
  });

  const all = Object.entries(alertCases).flatMap(([name, cases]) => cases.map((one) => ({ name, ...one })));
  it.each(all)("$name: $when → $fires", ({ name, series, fires, labels = "", minutes = 60 }) => {
    const selector = `alertname="${name}", alertstate="firing"`;
    const count = (more: string) => `count(ALERTS{${selector}${more}}) or vector(0)`;
    const expected = (expr: string, value: number) => ({
      expr,
      eval_time: `${minutes - 1}m`,
      exp_samples: [{ labels: "{}", value }],
    });
    writeFileSync(join(folder, "one.yaml"), stringify({ groups: groupsOf(name) }));
    const test = {
      rule_files: ["one.yaml"],
      evaluation_interval: minutes > 60 ? "5m" : "1m",
      tests: [
        {
          interval: "1m",
          input_series: Object.entries(series).map(([key, values]) => ({ series: key, values })),
          promql_expr_test: [expected(count(labels === "" ? "" : `, ${labels}`), fires)],
        },
      ],
    };
    const file = join(folder, "case.yaml");
    writeFileSync(file, stringify(test));
    const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
    expect([status, status === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
  });
});

/** One alert, and the series that it reads: with all rules each case would take seconds. */
function groupsOf(name: string) {
  const [recorded, alerting] = groups;
  const rules = alerting.rules.filter(({ alert }) => alert === name);
  const read = recorded.rules.filter(({ record }) => rules.some(({ expr }) => expr.includes(record)));
  return [
    { ...recorded, rules: read },
    { ...alerting, rules },
  ];
}
