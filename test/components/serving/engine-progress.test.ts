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
/** Requests that its server has open. */
let load: number;
/** The status of a completion, or none while the engine hangs. */
let completion: number | undefined;
let completions: string[];
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
    else if (request.url === "/load") response.end(JSON.stringify({ server_load: load }));
    else if (request.headers.authorization !== "Bearer of-the-pod") response.writeHead(401).end();
    else if (request.url === "/v1/models") response.end(JSON.stringify({ data: [{ id: "Qwen/Qwen3 8B" }] }));
    else if (request.url === "/v1/completions") {
      request.on("data", (body: Buffer) => completions.push(body.toString()));
      if (completion !== undefined) response.writeHead(completion).end("{}");
    } else response.writeHead(404).end();
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
  load = 0;
  completion = 200;
  completions = [];
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
function look(port = (server.address() as AddressInfo).port, key = "of-the-pod"): Promise<number | null> {
  const [program = "", ...args] = vllm.liveness?.() ?? [];
  const standIn = [...args.slice(0, -2), String(port), join(folder, "last-look")];
  const env = { ...process.env, VLLM_API_KEY: key };
  return new Promise((ended) => spawn(program, standIn, { env }).on("exit", ended));
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

it.each([["the figures are others, rather than end a healthy engine", { requests_of_a_later_version: 3 }]])(
  "passes while %s",
  async (_, standing) => {
    figures = standing;
    load = 1;
    expect([await look(), await look()]).toEqual([0, 0]);
  },
);

it.each([
  ["runs", busy],
  ["only waits", { ...idle, num_requests_waiting: 1 }],
])("fails from the second look on at which a request %s and nothing has moved", async (_, stalled) => {
  figures = stalled;
  expect([await look(), await look()]).toEqual([0, 1]);
  figures = { ...stalled, generation_tokens_total: 3001 };
  expect(await look()).toBe(0);
});

/** What the engine writes until its first step after a pause is done. [vllm 0.31.0 v1/engine/async_llm.py, output_handler] */
it.each([
  ["computes nothing", undefined],
  ["has a full queue", 503],
])(
  "fails when the figures are those of a pause, the server has a request and the engine %s",
  async (_, status) => {
    figures = idle;
    expect([await look(), await look()]).toEqual([0, 0]);
    load = 1;
    completion = status;
    expect([await look(), await look()]).toEqual([1, 1]);
    figures = { ...idle, iteration_tokens_total_count: 101 };
    expect(await look()).toBe(0);
  },
);

it("passes while the server's count of requests is wrong, as the engine computes a token", async () => {
  figures = idle;
  load = 1;
  expect([await look(), await look()]).toEqual([0, 0]);
  expect(completions.map((body) => JSON.parse(body))).toEqual([
    { model: "Qwen/Qwen3 8B", prompt: [1], max_tokens: 1 },
  ]);
});

it("passes when the server refuses what it is asked, which says nothing of the engine", async () => {
  figures = idle;
  load = 1;
  completion = 404;
  expect([await look(), await look()]).toEqual([0, 0]);
  expect(await look(undefined, "another")).toBe(0);
});

it("asks for no token while nothing is to be computed", async () => {
  figures = idle;
  expect([await look(), await look(), await look()]).toEqual([0, 0, 0]);
  figures = busy;
  load = 2;
  expect([await look(), await look()]).toEqual([0, 1]);
  expect(completions).toEqual([]);
});

it("fails when the server isn't well or isn't there", async () => {
  health = 503;
  expect(await look()).toBe(1);
  expect(await look(1)).toBe(1);
});
