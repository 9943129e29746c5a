import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { alerts } from "../../components/monitoring/alerts.ts";
import { routeObjective } from "../../components/monitoring/objectives.ts";
import { ruleGroups } from "../../components/monitoring/rule-groups.ts";
import { Alertmanager, alertmanagerInstalled, plannedConfiguration } from "../support/alertmanager.ts";
import { prometheusInstalled } from "../support/prometheus.ts";
import { firing } from "../support/promtool.ts";
import { alertCases } from "./alert-cases.ts";

describe.runIf(alertmanagerInstalled() && prometheusInstalled())("alerts in a real Alertmanager", () => {
  let alertmanager: Alertmanager;
  beforeAll(async () => {
    alertmanager = await Alertmanager.start();
  });
  afterAll(() => alertmanager?.[Symbol.asyncDispose]());

  it("about a slot that is down are one message, and those about others arrive", async () => {
    const rules = alerts({ monthlyUsd: 4000, reservations: [] }).filter(
      ({ severity }) => severity === "warning",
    );
    const warnings = firing({
      groups: ruleGroups({
        alerts: rules,
        routes: { assistant: routeObjective },
        runbookBase: "https://git.example.com/docs/runbooks",
      }),
      series: rules.flatMap(({ name }) => {
        const firingCase = alertCases[name]?.find(({ fires, minutes = 60 }) => fires > 0 && minutes === 60);
        return firingCase === undefined ? [] : [firingCase.series];
      }),
      minute: 59,
    });
    expect(
      [...new Set(warnings.filter(({ model }) => model).map(({ alertname }) => alertname))].sort(),
    ).toEqual([
      "ColoursDiffer",
      "EngineMetricsMissing",
      "EnginePending",
      "EngineStartsSlowly",
      "KvCacheFull",
      "RequestsPreempted",
      "RequestsSlow",
      "RequestsWaiting",
      "SlotSaturated",
      "SlotShortOfReplicas",
      "TargetUnhealthy",
      "TimeToFirstTokenHigh",
    ]);

    const down = { model: "chat", colour: "blue" };
    await alertmanager.post([
      { alertname: "SlotWithoutReplicas", severity: "critical", ...down },
      ...warnings,
    ]);
    for (const { labels, status } of await alertmanager.held("people")) {
      if (labels.severity !== "warning") continue;
      const ofSlot = labels.model === down.model && labels.colour === down.colour;
      // Of requests the tenant has used all, of its budget 85 %.
      const silenced = ofSlot || (labels.alertname === "TenantNearLimit" && labels.limit === "requests_day");
      expect([labels, status.state]).toEqual([labels, silenced ? "suppressed" : "active"]);
    }
  });

  it("of one name warn only until they are critical, each for its namespace", async () => {
    const alertname = "KubePersistentVolumeFillingUp";
    await alertmanager.post([
      { alertname, namespace: "monitoring", severity: "critical" },
      { alertname, namespace: "monitoring", severity: "warning" },
      { alertname, namespace: "other", severity: "warning" },
    ]);
    const found = (await alertmanager.held("people")).filter(({ labels }) => labels.alertname === alertname);
    expect(
      Object.fromEntries(
        found.map(({ labels, status }) => [`${labels.namespace} ${labels.severity}`, status.state]),
      ),
    ).toEqual({
      "monitoring critical": "active",
      "monitoring warning": "suppressed",
      "other warning": "active",
    });
  });

  it("that only inform go nowhere, and the one that always fires is the sign of life", async () => {
    await alertmanager.post([
      { alertname: "CPUThrottlingHigh", severity: "info" },
      { alertname: "Watchdog", severity: "none" },
    ]);
    const names = async (receiver: string) =>
      (await alertmanager.held(receiver)).map(({ labels }) => labels.alertname);
    expect(await names("none")).toEqual(["CPUThrottlingHigh"]);
    expect(await names("heartbeat")).toEqual(["Watchdog"]);
  });

  it("go to the pager when they are critical, and to people all the same", async () => {
    const everyone = { slack: { channel: "#gantry-alerts" }, pagerDuty: true };
    await using paging = await Alertmanager.start(everyone);
    await paging.post([
      { alertname: "EngineStalled", severity: "critical" },
      { alertname: "QueueLong", severity: "warning" },
      { alertname: "Watchdog", severity: "none" },
    ]);
    const names = async (receiver: string) =>
      (await paging.held(receiver)).map(({ labels }) => labels.alertname).sort();
    expect(await names("pager")).toEqual(["EngineStalled"]);
    expect(await names("people")).toEqual(["EngineStalled", "QueueLong"]);
    expect(await names("heartbeat")).toEqual(["Watchdog"]);
  });

  it.each([{}, { slack: { channel: "#gantry-alerts" }, pagerDuty: true }])(
    "are configured as Alertmanager's own tool takes it: %o",
    (wanted) => {
      const folder = mkdtempSync(join(tmpdir(), "gantry-amtool-"));
      const file = join(folder, "alertmanager.yaml");
      writeFileSync(file, stringify(plannedConfiguration(wanted)));
      const { status, stdout, stderr } = spawnSync("amtool", ["check-config", file], { encoding: "utf8" });
      rmSync(folder, { recursive: true });
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).toContain(`${Object.keys(wanted).length > 0 ? 4 : 3} receivers`);
    },
  );
});
