import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { alerts } from "../../components/monitoring/alerts.ts";
import { routeObjective } from "../../components/monitoring/objectives.ts";
import { prometheusValues } from "../../components/monitoring/prometheus-values.ts";
import { ruleGroups } from "../../components/monitoring/rule-groups.ts";
import { freePort } from "../../scripts/local/loopback.ts";
import { prometheusInstalled } from "../support/prometheus.ts";
import { firing } from "../support/promtool.ts";
import { alertCases } from "./alert-cases.ts";

type Labels = Readonly<Record<string, string>>;
interface Known {
  readonly labels: Labels;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

const program = ["prometheus-alertmanager", "alertmanager"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);
if (program === undefined)
  console.warn("skipped: Alertmanager isn't on PATH (apt-get install prometheus-alertmanager)");

describe.runIf(program !== undefined && prometheusInstalled())("alerts in a real Alertmanager", () => {
  let folder: string;
  let server: ChildProcess;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gantry-alertmanager-"));
    writeFileSync(join(folder, "config.yaml"), stringify(configuration()));
    address = `127.0.0.1:${await freePort()}`;
    const flags = {
      "config.file": join(folder, "config.yaml"),
      "storage.path": folder,
      "web.listen-address": address,
      "cluster.listen-address": "",
    };
    server = spawn(
      program ?? "",
      Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
      { stdio: "ignore" },
    );
    while (!(await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok) {
      if (server.exitCode !== null) throw new Error("alertmanager ended");
      await sleep(50);
    }
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill();
    await ended;
    rmSync(folder, { recursive: true });
  });

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
    await post([{ alertname: "SlotWithoutReplicas", severity: "critical", ...down }, ...warnings]);
    for (const { labels, status } of await known("people")) {
      if (labels.severity !== "warning") continue;
      const ofSlot = labels.model === down.model && labels.colour === down.colour;
      // Of requests the tenant has used all, of its budget 85 %.
      const silenced = ofSlot || (labels.alertname === "TenantNearLimit" && labels.limit === "requests_day");
      expect([labels, status.state]).toEqual([labels, silenced ? "suppressed" : "active"]);
    }
  });

  it("of one name warn only until they are critical, each for its namespace", async () => {
    const alertname = "KubePersistentVolumeFillingUp";
    await post([
      { alertname, namespace: "monitoring", severity: "critical" },
      { alertname, namespace: "monitoring", severity: "warning" },
      { alertname, namespace: "other", severity: "warning" },
    ]);
    const found = (await known("people")).filter(({ labels }) => labels.alertname === alertname);
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
    await post([
      { alertname: "CPUThrottlingHigh", severity: "info" },
      { alertname: "Watchdog", severity: "none" },
    ]);
    const names = async (receiver: string) => (await known(receiver)).map(({ labels }) => labels.alertname);
    expect(await names("none")).toEqual(["CPUThrottlingHigh"]);
    expect(await names("heartbeat")).toEqual(["Watchdog"]);
  });

  async function post(all: readonly Labels[]) {
    const body = JSON.stringify(all.map((labels) => ({ labels })));
    const { status } = await fetch(`http://${address}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(status).toBe(200);
  }

  /** What goes to a receiver, with its state. Alerts are sorted into groups a moment after they came. */
  async function known(receiver: string): Promise<Known[]> {
    for (;;) {
      const all = (await (
        await fetch(`http://${address}/api/v2/alerts?receiver=${receiver}`)
      ).json()) as Known[];
      if (all.length > 0 && all.every(({ status }) => status.state !== "unprocessed")) return all;
      await sleep(50);
    }
  }
});

/** What is planned, with a receiver that needs no AWS. */
function configuration() {
  const { alertmanager } = prometheusValues({
    release: "monitoring",
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
  }) as { alertmanager: { config: { receivers: readonly { name: string }[] } } };
  const { config } = alertmanager;
  return { ...config, receivers: config.receivers.map(({ name }) => ({ name })) };
}
