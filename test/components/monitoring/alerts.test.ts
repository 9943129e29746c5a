import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { alerts as alertsOf } from "../../../components/monitoring/alerts.ts";
import { cloudAlarms } from "../../../components/monitoring/cloud-alarms.ts";
import { ruleGroups } from "../../../components/monitoring/rule-groups.ts";
import { runbook, runbookFolder } from "../../../components/monitoring/runbooks.ts";
import { root } from "../../support/plan.ts";

const alerts = alertsOf({
  monthlyUsd: 4000,
  reservations: [{ pool: "h100", id: "cr-0a1b", ends: "2027-01-15" }],
});

describe("every alert", () => {
  it("has a name of its own and a runbook, and every runbook an alert or an alarm", () => {
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
    expect(
      [...alerts, ...Object.values(cloudAlarms)].map((alert) => runbook(alert, runbookFolder)).sort(),
    ).toEqual(
      readdirSync(join(root, "docs/runbooks"))
        .map((file) => `docs/runbooks/${file}`)
        .sort(),
    );
  });

  it.each(alerts.map((alert) => [alert.name, alert] as const))(
    "%s says who, what and what to do",
    (name, alert) => {
      expect(alert.summary).toMatch(/\{\{ \$(?:labels|externalLabels)\.\w+ \}\}/);
      expect(alert.description).not.toBe("");
      expect(alert.for).toMatch(/^\d+m$/);
      const page = readFileSync(join(root, runbook(alert, runbookFolder)), "utf8");
      expect(page.startsWith(`# ${name}\n\nSeverity: ${alert.severity}.\n`)).toBe(true);
      expect([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
        "Diagnose",
        "Mitigate",
        "Harmless when",
      ]);
    },
  );

  it("has a runbook that a pager can open where a base is configured", () => {
    const urls = (base: string) =>
      ruleGroups({ alerts, routes: {}, runbookBase: base })[1].rules.map(
        ({ annotations }) => annotations.runbook_url,
      );
    for (const base of ["https://git.example.com/docs", "https://git.example.com/docs/"])
      expect(urls(base)).toContain("https://git.example.com/docs/slot-without-replicas.md");
  });

  it("names the panel that shows it, and its dashboard's address, where there is one", () => {
    const [, { rules }] = ruleGroups({ alerts, routes: {}, runbookBase: runbookFolder });
    const panels = Object.fromEntries(rules.map(({ alert, annotations }) => [alert, annotations.panel]));
    expect(panels.RouteErrors).toBe("Service, Failed requests: http://localhost:3000/d/gantry-service");
    expect(panels.SlotWithoutReplicas).toBe(
      "Engine and GPU, Replicas: http://localhost:3000/d/gantry-engine",
    );
    expect(panels.ReservationEnding).toBeUndefined();
    expect(Object.values(panels).filter((panel) => panel !== undefined).length).toBeGreaterThan(30);
  });

  it("has links in its runbook that lead somewhere", () => {
    for (const file of alerts.map((alert) => runbook(alert, runbookFolder))) {
      const links = [...readFileSync(join(root, file), "utf8").matchAll(/\]\(([^)]+)\)/g)].map(
        ([, link]) => link ?? "",
      );
      expect(links.filter((link) => !existsSync(join(root, "docs/runbooks", link)))).toEqual([]);
    }
  });
});
