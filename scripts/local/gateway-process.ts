import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { ended, started } from "./program.ts";

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
