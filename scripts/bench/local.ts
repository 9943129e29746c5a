import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../local/loopback.ts";
import { ended } from "../local/program.ts";
import { NoPython, pythonEnvironment } from "../local/python-environment.ts";
import { projectCopy } from "../project-copy.ts";
import { spread } from "./spread.ts";

const runs = 3;

/** Prints how long `npm run local` takes from the command to the first answer, once the gateway is installed. */
export async function measureLocal(): Promise<void> {
  try {
    await pythonEnvironment(console.error);
  } catch (reason) {
    if (!(reason instanceof NoPython)) throw reason;
    console.log(`\nnpm run local: not measured, since the gateway can't be installed: ${reason.message}`);
    return;
  }
  const project = projectCopy();
  try {
    const seconds: number[] = [];
    for (let run = 0; run < runs; run++) seconds.push(await untilAnswer(project));
    const { fastest, median, slowest } = spread(seconds);
    console.log(
      `\nnpm run local, from the command to the first answer with the gateway installed: ${median.toFixed(1)} s (${fastest.toFixed(1)} to ${slowest.toFixed(1)}), median of ${runs}, on ${cpus().length} CPUs`,
    );
  } finally {
    rmSync(project, { recursive: true });
  }
}

/** @throws Error when the command ends before, or its answer isn't one */
async function untilAnswer(project: string): Promise<number> {
  const port = await freePort();
  const begin = performance.now();
  const args = ["--import", "./scripts/fast-start.js", "scripts/local.ts", "--port", String(port)];
  const child = spawn(process.execPath, args, { cwd: project, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  try {
    while (!/ready after/.test(said)) {
      if (child.exitCode !== null) throw new Error(`npm run local ended:\n${said}`);
      await sleep(20);
    }
    const [, key] = /^key {3}(\S+)/m.exec(said) ?? [];
    const [, body] = / -d '(.*)'$/m.exec(said) ?? [];
    const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: body ?? "",
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text}`);
    return (performance.now() - begin) / 1000;
  } finally {
    await ended(child, "SIGTERM");
  }
}
