import type { ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { routerVariables } from "../../components/gateway/gateway-config.ts";
import { freePort } from "./loopback.ts";
import { writeWhole } from "./mapped.ts";
import { ended, started } from "./program.ts";

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

/** Writes documents, each replaced whole. */
export function writeDocuments(folder: string, documents: Partial<GatewayFiles>) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(extension, "extension.py"), join(folder, "extension.py"));
  for (const [name, content] of Object.entries(documents)) writeWhole(folder, name, content);
}

/** How a gateway is started: its command line and its variables, as they are. */
export interface GatewayCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly port: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** One process of LiteLLM with the extension, on this machine only. */
export class GatewayProcess {
  readonly address: string;
  private readonly child: ChildProcess;
  private said = "";

  constructor(command: GatewayCommand) {
    this.address = `http://127.0.0.1:${command.port}`;
    this.child = started(command.program, command.args, {
      cwd: command.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH ?? "", PYTHONUNBUFFERED: "1", ...command.variables },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (text) => {
        this.said = (this.said + text).slice(-4_000_000);
      });
  }

  /** Starts one with documents of a test, without waiting until it answers. */
  static async start({ bin, folder, redisPort, environment }: GatewayProcessArgs): Promise<GatewayProcess> {
    const port = await freePort();
    return new GatewayProcess({
      program: join(bin, "litellm"),
      args: [`--config=${join(folder, "config.yaml")}`, "--host=127.0.0.1", `--port=${port}`],
      folder,
      port,
      variables: {
        HOME: folder,
        PYTHONPATH: extension,
        GANTRY_TENANTS: join(folder, "tenants.yaml"),
        GANTRY_TENANT_KEYS: join(folder, "tenant-keys.yaml"),
        GANTRY_SETTINGS: join(folder, "settings.yaml"),
        REDIS_HOST: "127.0.0.1",
        REDIS_PORT: String(redisPort),
        NO_DOCS: "True",
        NO_REDOC: "True",
        DISABLE_ADMIN_UI: "True",
        LITELLM_LOCAL_MODEL_COST_MAP: "True",
        LITELLM_MODE: "PRODUCTION",
        LITELLM_LOG: "ERROR",
        ...routerVariables,
        ...environment,
      },
    });
  }

  /** The end of its output. */
  get output(): string {
    return this.said;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Each line of its standard output from now on. */
  onLine(take: (line: string) => void) {
    if (this.child.stdout) createInterface({ input: this.child.stdout }).on("line", take);
  }

  /** Waits until it takes requests. @throws with its last lines when it ends before */
  async ready(path = "/ready") {
    while (!(await fetch(`${this.address}${path}`).catch(() => undefined))?.ok) {
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`the gateway ended:\n${this.said.slice(-4000)}`);
      await sleep(100);
    }
  }

  /** Makes it finish its streams and exit. */
  terminate() {
    this.child.kill("SIGTERM");
  }

  /** Its exit code, or the signal that ended it, once it has ended. */
  async ended(): Promise<number | NodeJS.Signals | null> {
    if (this.child.exitCode === null && this.child.signalCode === null)
      await new Promise((resolve) => this.child.once("exit", resolve));
    return this.child.exitCode ?? this.child.signalCode;
  }

  async stop() {
    await ended(this.child, "SIGTERM");
  }
}
