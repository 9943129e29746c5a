import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectCopy } from "../../scripts/project-copy.ts";
import { fixtureValues } from "../support/project.ts";

let folder: string;
beforeAll(() => {
  folder = projectCopy(fixtureValues);
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(environment: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, ["--import=./scripts/fast-start.js", "scripts/plan.ts", "dev", "--json"], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function outcome(child: ChildProcess) {
  let printed = "";
  child.stdout?.on("data", (chunk) => {
    printed += chunk;
  });
  await once(child, "close");
  return { status: child.exitCode, printed };
}

/** Processes whose command line has this text. [proc(5)] */
function running(text: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Waits until something holds: limits are far away, a busy machine takes its time. */
async function until(holds: () => boolean) {
  const end = Date.now() + 120_000;
  while (!holds() && Date.now() < end) await wait(100);
  expect(holds()).toBe(true);
}

describe("npm start", () => {
  it("asks no proxy for its own processes, whatever the variables say", async () => {
    // Nothing listens there.
    const nowhere = "http://127.0.0.1:9";
    const names = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "grpc_proxy"];
    const proxies = Object.fromEntries(names.map((name) => [name, nowhere]));
    const { status, printed } = await outcome(start({ ...proxies, no_proxy: "", NO_PROXY: "" }));
    expect(status).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ policies: { violations: 0 } });
  });

  it.runIf(process.platform === "linux").each(["SIGHUP", "SIGTERM", "SIGKILL"] as const)(
    "leaves no program and no pack behind after %s",
    async (signal) => {
      const child = start();
      const ended = outcome(child);
      const started = () => running(folder).filter((pid) => pid !== child.pid);
      // The program and the pack.
      await until(() => started().length >= 2);
      child.kill(signal);
      await ended;
      await until(() => started().length === 0);
    },
  );
});
