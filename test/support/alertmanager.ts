import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { stringify } from "yaml";
import {
  type AlertmanagerValuesArgs,
  alertmanagerValues,
} from "../../components/monitoring/alertmanager-values.ts";
import { freePort } from "../../scripts/local/loopback.ts";

export type Labels = Readonly<Record<string, string>>;

/** Who is told beside the addresses. */
export type Receivers = Pick<AlertmanagerValuesArgs, "slack" | "pagerDuty">;

/** An alert that Alertmanager holds. */
export interface Held {
  readonly labels: Labels;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

const program = ["prometheus-alertmanager", "alertmanager"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

/** Whether Debian's package is there; says what is missed where it isn't. */
export function alertmanagerInstalled(): boolean {
  if (program === undefined)
    console.warn("skipped: Alertmanager isn't on PATH (apt-get install prometheus-alertmanager)");
  return program !== undefined;
}

/** A real Alertmanager with the planned routes and inhibitions, whose receivers need no AWS. */
export class Alertmanager {
  private readonly address: string;
  private readonly stop: () => Promise<void>;

  private constructor(address: string, stop: () => Promise<void>) {
    this.address = address;
    this.stop = stop;
  }

  static async start(wanted: Receivers = {}): Promise<Alertmanager> {
    const folder = mkdtempSync(join(tmpdir(), "gantry-alertmanager-"));
    writeFileSync(join(folder, "config.yaml"), stringify(withoutAws(plannedConfiguration(wanted))));
    const address = `127.0.0.1:${await freePort()}`;
    const flags = {
      "config.file": join(folder, "config.yaml"),
      "storage.path": folder,
      "web.listen-address": address,
      "cluster.listen-address": "",
    };
    const server = spawn(
      program ?? "",
      Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
      { stdio: "ignore" },
    );
    while (!(await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok) {
      if (server.exitCode !== null) throw new Error("alertmanager ended");
      await sleep(50);
    }
    return new Alertmanager(address, async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill();
      await ended;
      rmSync(folder, { recursive: true });
    });
  }

  /** Hands over alerts as Prometheus does. */
  async post(all: readonly Labels[]): Promise<void> {
    const body = JSON.stringify(all.map((labels) => ({ labels })));
    const { status } = await fetch(`http://${this.address}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(status).toBe(200);
  }

  /** What goes to a receiver, with its state. Alerts are sorted into groups a moment after they came. */
  async held(receiver: string): Promise<Held[]> {
    for (;;) {
      const answer = await fetch(`http://${this.address}/api/v2/alerts?receiver=${receiver}`);
      const all = (await answer.json()) as Held[];
      if (all.length > 0 && all.every(({ status }) => status.state !== "unprocessed")) return all;
      await sleep(50);
    }
  }

  async [Symbol.asyncDispose]() {
    await this.stop();
  }
}

/** Alertmanager's configuration, as it is planned with these receivers beside e-mail. */
export function plannedConfiguration(wanted: Receivers = {}) {
  return alertmanagerValues({
    region: "us-east-1",
    watched: { nodes: 6, engines: 2 },
    topicArn: "arn:aws:sns:us-east-1:111122223333:gantry-dev-alerts",
    heartbeatArn: "arn:aws:sns:us-east-1:111122223333:gantry-dev-heartbeat",
    protect: false,
    ...wanted,
  }).config;
}

function withoutAws(config: ReturnType<typeof plannedConfiguration>) {
  return { ...config, receivers: config.receivers.map(({ name }) => ({ name })) };
}
