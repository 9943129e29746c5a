import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { vllm } from "../../../components/serving/vllm.ts";

/** What the stand-in for vLLM's server says. */
let figures: Readonly<Record<string, number>>;
let health: number;
let server: Server;
let folder: string;

/** As Prometheus' client writes it, with what else the engine tells. [vllm 0.32.0 v1/metrics/loggers.py] */
function metrics(): string {
  const labels = '{engine="0",model_name="Qwen/Qwen3 8B"}';
  const samples = Object.entries(figures).map(([name, value]) => `vllm:${name}${labels} ${value.toFixed(1)}`);
  return [
    "# HELP vllm:num_requests_running Number of requests in model execution batches.",
    "# TYPE vllm:num_requests_running gauge",
    ...samples,
    'vllm:num_requests_waiting_by_reason{reason="capacity"} 9.0',
    "process_cpu_seconds_total 1.5",
    "",
    "",
  ].join("\n");
}

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/health") response.writeHead(health).end();
    else if (request.url === "/metrics") response.end(metrics());
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  folder = mkdtempSync(join(tmpdir(), "gantry-look-"));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  rmSync(join(folder, "last-look"), { force: true });
  figures = idle;
  health = 200;
});

const idle = {
  num_requests_running: 0,
  num_requests_waiting: 0,
  kv_cache_usage_perc: 0,
  iteration_tokens_total_count: 100,
  generation_tokens_total: 3000,
};
const busy = { ...idle, num_requests_running: 2, kv_cache_usage_perc: 0.4 };

/** Runs the very command of the probe, against the stand-in. */
function look(port = (server.address() as AddressInfo).port): Promise<number | null> {
  const [program = "", ...args] = vllm.liveness?.() ?? [];
  const standIn = [...args.slice(0, -2), String(port), join(folder, "last-look")];
  return new Promise((ended) => spawn(program, standIn).on("exit", ended));
}

it.each([
  ["a step was computed, for however long an answer is", { iteration_tokens_total_count: 101 }],
  ["a long prompt is read, of which only the cache shows", { kv_cache_usage_perc: 0.5 }],
  [
    "the engine is another one since a restart",
    { iteration_tokens_total_count: 1, generation_tokens_total: 1 },
  ],
])("passes while %s", async (_, moved) => {
  figures = busy;
  expect(await look()).toBe(0);
  figures = { ...busy, ...moved };
  expect(await look()).toBe(0);
});

it.each([
  ["there are no requests, for however long that is", idle],
  ["the figures are others, rather than end a healthy engine", { requests_of_a_later_version: 3 }],
])("passes while %s", async (_, standing) => {
  figures = standing;
  expect([await look(), await look()]).toEqual([0, 0]);
});

it.each([
  ["runs", busy],
  ["only waits", { ...idle, num_requests_waiting: 1 }],
])("fails from the second look on at which a request %s and nothing has moved", async (_, stalled) => {
  figures = stalled;
  expect([await look(), await look()]).toEqual([0, 1]);
  figures = { ...stalled, generation_tokens_total: 3001 };
  expect(await look()).toBe(0);
});

it("fails when the server isn't well or isn't there", async () => {
  health = 503;
  expect(await look()).toBe(1);
  expect(await look(1)).toBe(1);
});
