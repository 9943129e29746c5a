import { type ChildProcess, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./loopback.ts";
import { ended, started } from "./program.ts";

/** Whether the machine has Prometheus (Debian's package, with promtool). */
export function hasPrometheus(): boolean {
  return ["prometheus", "promtool"].every((name) => spawnSync(name, ["--version"]).status === 0);
}

export interface PrometheusServerArgs {
  /** Its `prometheus.yml`. */
  readonly config: string;
  /** The folder of its series. */
  readonly data: string;
  /** Flags without their dashes. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** A real Prometheus, on this machine only. */
export class PrometheusServer {
  readonly address: string;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, address: string) {
    this.child = child;
    this.address = address;
  }

  /** @throws with what it printed when it ends before it is ready */
  static async start({ config, data, flags = {} }: PrometheusServerArgs): Promise<PrometheusServer> {
    const listen = `127.0.0.1:${await freePort()}`;
    const all = { "config.file": config, "storage.tsdb.path": data, "web.listen-address": listen, ...flags };
    const child = started(
      "prometheus",
      Object.entries(all).map(([flag, value]) => `--${flag}=${value}`),
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said = (said + chunk).slice(-4000);
    });
    const address = `http://${listen}`;
    while (!(await fetch(`${address}/-/ready`).catch(() => undefined))?.ok) {
      if (child.exitCode !== null) throw new Error(`prometheus ended with code ${child.exitCode}:\n${said}`);
      await sleep(50);
    }
    return new PrometheusServer(child, address);
  }

  async stop(): Promise<void> {
    await ended(this.child, "SIGTERM");
  }
}
