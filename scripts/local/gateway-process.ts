import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const extension = fileURLToPath(new URL("../../components/gateway/extension/", import.meta.url));

/** The files that a gateway reads, by their names in its folder. */
export interface GatewayFiles {
  readonly "config.yaml": string;
  readonly "settings.yaml": string;
  readonly "tenants.yaml": string;
  readonly "tenant-keys.yaml": string;
}

export interface GatewayProcessArgs {
  /** Programs of the Python environment. */
  readonly bin: string;
  /** With the documents in it. */
  readonly folder: string;
  readonly redisPort: number;
  /** Keys of models, and what else differs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Writes documents as kubelet does: each replaced whole. */
export function writeDocuments(folder: string, documents: Partial<GatewayFiles>) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(extension, "extension.py"), join(folder, "extension.py"));
  for (const [name, content] of Object.entries(documents)) {
    writeFileSync(join(folder, `.${name}`), content);
    renameSync(join(folder, `.${name}`), join(folder, name));
  }
}

/** One process of LiteLLM with the extension, on this machine only. */
export class GatewayProcess {
  readonly address: string;
  private readonly child: ChildProcess;
  private said = "";

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.address = `http://127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (text) => {
        this.said = (this.said + text).slice(-4_000_000);
      });
  }

  /** Starts one, without waiting until it answers. */
  static async start({ bin, folder, redisPort, environment }: GatewayProcessArgs): Promise<GatewayProcess> {
    const [port, healthPort] = [await freePort(), await freePort()];
    const args = [`--config=${join(folder, "config.yaml")}`, "--host=127.0.0.1", `--port=${port}`];
    const child = spawn(join(bin, "litellm"), args, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH ?? "",
        HOME: folder,
        PYTHONPATH: extension,
        PYTHONUNBUFFERED: "1",
        GANTRY_TENANTS: join(folder, "tenants.yaml"),
        GANTRY_TENANT_KEYS: join(folder, "tenant-keys.yaml"),
        GANTRY_SETTINGS: join(folder, "settings.yaml"),
        REDIS_HOST: "127.0.0.1",
        REDIS_PORT: String(redisPort),
        SEPARATE_HEALTH_APP: "1",
        SEPARATE_HEALTH_PORT: String(healthPort),
        NO_DOCS: "True",
        NO_REDOC: "True",
        DISABLE_ADMIN_UI: "True",
        LITELLM_LOCAL_MODEL_COST_MAP: "True",
        LITELLM_MODE: "PRODUCTION",
        LITELLM_LOG: "ERROR",
        ...environment,
      },
    });
    return new GatewayProcess(child, port);
  }

  /** What it printed, the end of it. */
  get output(): string {
    return this.said;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Waits until it takes requests. @throws with its last lines when it ends before */
  async ready() {
    while (!(await fetch(`${this.address}/ready`).catch(() => undefined))?.ok) {
      if (this.child.exitCode !== null) throw new Error(`the gateway ended:\n${this.said.slice(-4000)}`);
      await sleep(100);
    }
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGTERM");
    const hard = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(hard);
  }
}

/** A port of this machine that nothing uses. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
