import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where a copy's commands put their temporary files: other tests use the machine's folder at the same time. */
export function temporaryFolder(project: string): string {
  return join(project, ".gantry/tmp");
}

/** A command of a project's copy, with what it printed. */
export class RunningCommand {
  readonly child: ChildProcess;
  said = "";

  constructor(project: string, args: readonly string[], script = "local") {
    mkdirSync(temporaryFolder(project), { recursive: true });
    this.child = spawn(process.execPath, [`scripts/${script}.ts`, ...args], {
      cwd: project,
      env: { ...process.env, TMPDIR: temporaryFolder(project) },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (text) => {
        this.said += text;
      });
  }

  async says(pattern: RegExp) {
    while (!pattern.test(this.said)) {
      if (this.child.exitCode !== null) throw new Error(`ended: ${this.said}`);
      await sleep(50);
    }
  }

  async end(): Promise<number | null> {
    if (this.child.exitCode === null) await new Promise((ended) => this.child.once("close", ended));
    return this.child.exitCode;
  }
}
