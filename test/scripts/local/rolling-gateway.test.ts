import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlannedPod } from "../../../scripts/local/planned-pod.ts";
import { RollingGateway } from "../../../scripts/local/rolling-gateway.ts";

/** In LiteLLM's place: fails as often as a file says, then answers on its port until it is ended. */
const program = `#!/usr/bin/env node
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const left = existsSync("failures") ? Number(readFileSync("failures", "utf8")) : 0;
if (left > 0) {
  writeFileSync("failures", String(left - 1));
  console.error("no memory");
  process.exit(3);
}
const port = process.argv.find((arg) => arg.startsWith("--port=")).slice(7);
require("node:http").createServer((_, answer) => answer.end(String(process.pid))).listen(port, "127.0.0.1");
`;

const pod: PlannedPod = {
  args: ["--port=4000"],
  port: 4000,
  files: {},
  writable: [],
  variables: {},
  annotations: {},
  probes: { startup: "/ready", readiness: "/ready", liveness: "/ready" },
  preStopSeconds: 0,
  graceSeconds: 0,
};

describe("the gateway of this machine", () => {
  const folder = mkdtempSync(join(tmpdir(), "gantry-rolling-"));
  const ports: number[] = [];
  const ends: string[] = [];
  const gateways = new RollingGateway({
    bin: folder,
    folder,
    onLine: () => undefined,
    onStart: () => undefined,
    onReady: (port) => ports.push(port),
    onEnd: (how) => ends.push(how),
  });

  beforeAll(async () => {
    writeFileSync(join(folder, "litellm"), program, { mode: 0o755 });
    await gateways.follow(pod, {}, {});
  });
  afterAll(async () => {
    await gateways.stop();
    rmSync(folder, { recursive: true });
  });

  it("is started again where it ended, however often the next one fails", async () => {
    writeFileSync(join(folder, "failures"), "2");
    process.kill(gateways.newest?.pid ?? 0, "SIGKILL");
    await expect.poll(() => ports.length).toBe(2);
    expect(ends).toEqual(["SIGKILL", ...Array(2).fill(expect.stringContaining("no memory"))]);
    expect(await answeredBy(ports[1])).toBe(gateways.newest?.pid);
  });

  it("is one process after a replacement, and isn't started again for the one that it replaced", async () => {
    const before = gateways.newest?.pid;
    await gateways.follow({ ...pod, variables: { NEXT: "1" } }, {}, {});
    await expect.poll(() => answeredBy(ports[1]).catch(() => "ended")).toBe("ended");
    expect([ports.length, ends.length]).toEqual([3, 3]);
    expect(await answeredBy(ports[2])).not.toBe(before);
  });
});

async function answeredBy(port: number | undefined): Promise<number> {
  return Number(await (await fetch(`http://127.0.0.1:${port}`)).text());
}
