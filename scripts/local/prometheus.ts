import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { scrapeSeconds } from "../../components/monitoring/metrics.ts";
import { ended } from "./ended.ts";
import { freePort } from "./loopback.ts";

export interface LocalPrometheusArgs {
  readonly folder: string;
  /** Where it asks which engines there are. [prometheus.io, http_sd] */
  readonly targetsUrl: string;
}

/** A real Prometheus that reads the engines as the cluster's does, so that a rollout's gates have what to compare. */
export class LocalPrometheus {
  readonly address: string;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, address: string) {
    this.child = child;
    this.address = address;
  }

  /** @returns nothing where the machine has none */
  static async start({ folder, targetsUrl }: LocalPrometheusArgs): Promise<LocalPrometheus | undefined> {
    if (spawnSync("prometheus", ["--version"]).status !== 0) return undefined;
    const config = join(folder, "prometheus.yml");
    const engines = {
      job_name: "engines",
      scrape_interval: `${scrapeSeconds}s`,
      http_sd_configs: [{ url: targetsUrl, refresh_interval: "5s" }],
    };
    writeFileSync(config, stringify({ scrape_configs: [engines] }));
    const listen = `127.0.0.1:${await freePort()}`;
    const flags = {
      "config.file": config,
      "storage.tsdb.path": join(folder, "prometheus"),
      "web.listen-address": listen,
    };
    const child = spawn(
      "prometheus",
      Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
      // Its own group: Ctrl-C on the terminal is for the command.
      { stdio: "ignore", detached: true },
    );
    const address = `http://${listen}`;
    while (!(await fetch(`${address}/-/ready`).catch(() => undefined))?.ok) {
      if (child.exitCode !== null) throw new Error(`prometheus ended with code ${child.exitCode}`);
      await sleep(50);
    }
    return new LocalPrometheus(child, address);
  }

  async stop(): Promise<void> {
    await ended(this.child, "SIGTERM");
  }
}
