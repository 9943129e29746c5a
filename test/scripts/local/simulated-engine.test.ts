import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { alerts } from "../../../components/monitoring/alerts.ts";
import { SimulatedEngine, type SimulatedEngineArgs } from "../../../scripts/local/simulated-engine.ts";
import { sideQueries } from "../../../scripts/rollout/queries.ts";
import { ask, events } from "./client.ts";

const fast = { tokensPerSecond: 500, firstTokenSeconds: 0, errorRate: 0 };
let engine: SimulatedEngine;
afterEach(() => engine.close().catch(() => undefined));

async function started(more: Partial<SimulatedEngineArgs> = {}): Promise<number> {
  engine = new SimulatedEngine({ name: "blue", servedName: "chat", behaviour: fast, ...more });
  return engine.listen();
}

const completion = { model: "chat", prompt: "eight letters, or more", max_tokens: 3 };
const chat = { model: "chat", messages: [{ role: "user", content: "hello" }], max_tokens: 3 };
const chatPath = "/v1/chat/completions";

describe("an answer", () => {
  it("is one body with its usage, when it isn't streamed", async () => {
    const port = await started();
    const { status, body } = await ask({ port, body: completion });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      id: "cmpl-blue-1",
      object: "text_completion",
      created: expect.any(Number),
      model: "chat",
      choices: [{ index: 0, text: "0 1 2", logprobs: null, finish_reason: "length" }],
      usage: { prompt_tokens: 6, completion_tokens: 3, total_tokens: 9 },
    });
    const other = JSON.parse((await ask({ port, path: chatPath, body: chat })).body);
    expect(other).toMatchObject({
      id: "chatcmpl-blue-2",
      object: "chat.completion",
      choices: [{ message: { role: "assistant", content: "0 1 2" }, finish_reason: "length" }],
    });
  });

  it("is an event for each token, its end, and its usage where requested", async () => {
    const port = await started();
    const body = { ...chat, stream: true, stream_options: { include_usage: true } };
    const answer = await ask({ port, path: chatPath, body });
    expect(answer.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    const said = events(answer.body);
    expect(new Set(said.map(({ id, object }) => `${id} ${object}`))).toEqual(
      new Set(["chatcmpl-blue-1 chat.completion.chunk"]),
    );
    expect(said.map(({ choices }) => choices)).toEqual([
      ...["0", " 1", " 2"].map((content) => [
        { index: 0, delta: { content }, logprobs: null, finish_reason: null },
      ]),
      [{ index: 0, delta: { content: "" }, logprobs: null, finish_reason: "length" }],
      [],
    ]);
    expect(said.at(-1)?.usage).toMatchObject({ completion_tokens: 3 });
    expect(events((await ask({ port, body: { ...completion, stream: true } })).body)).toHaveLength(4);
  });

  it("takes its time to the first token and for the others", async () => {
    const port = await started({ behaviour: { tokensPerSecond: 50, firstTokenSeconds: 0.1, errorRate: 0 } });
    const begin = performance.now();
    const times: number[] = [];
    const body = { ...completion, stream: true, max_tokens: 6 };
    await ask({ port, body, onPiece: () => times.push(performance.now() - begin) });
    // A timer may be early by a moment, and late by any time.
    expect(times[0]).toBeGreaterThan(80);
    expect(times.at(-1)).toBeGreaterThan(160);
  });

  it("continues at another pace when that changes", async () => {
    const port = await started({ behaviour: { ...fast, tokensPerSecond: 0.01 } });
    let begun = () => {};
    const first = new Promise<void>((first) => {
      begun = first;
    });
    const answer = ask({
      port,
      body: { ...completion, stream: true, max_tokens: 20 },
      onPiece: () => begun(),
    });
    await first;
    engine.behave(fast);
    expect(events((await answer).body)).toHaveLength(21);
  });

  it("fails as often as it should, and from then on", async () => {
    const draws = [0.3, 0.7, 0.3];
    const port = await started({ behaviour: { ...fast, errorRate: 0.5 }, random: () => draws.shift() ?? 0 });
    const status = async () => (await ask({ port, body: completion })).status;
    expect([await status(), await status()]).toEqual([500, 200]);
    engine.behave(fast);
    expect(await status()).toBe(200);
  });

  it.each<[string, object, number, string]>([
    ["another model", { ...completion, model: "code" }, 404, "The model `code` does not exist."],
    ["no prompt", { model: "chat" }, 400, "prompt"],
    ["an empty prompt", { ...completion, prompt: "" }, 400, "prompt"],
    ["an empty list of prompts", { ...completion, prompt: [] }, 400, "prompt"],
    ["prompts of both kinds", { ...completion, prompt: ["text", [1]] }, 400, "prompt"],
    ["two answers", { ...completion, n: 2 }, 400, '"n"'],
    ["no tokens", { ...completion, max_tokens: 0 }, 400, "max_tokens"],
  ])("is refused to a request for %s", async (_, body, status, message) => {
    const port = await started();
    const answer = await ask({ port, body });
    expect(answer.status).toBe(status);
    const { error } = JSON.parse(answer.body);
    expect(error).toMatchObject({ code: status, message: expect.stringContaining(message) });
  });

  it.each<[string, unknown, number, number]>([
    ["texts", ["eight letters, or more", "hi"], 2, 7],
    ["tokens of one prompt", [1, 2, 3], 1, 3],
    ["tokens of two prompts", [[1, 2], [3]], 2, 3],
  ])("is given to each prompt of a list of %s", async (_, prompt, count, promptTokens) => {
    const port = await started();
    const { choices, usage } = JSON.parse((await ask({ port, body: { ...completion, prompt } })).body);
    const indices = Array.from({ length: count }, (_, index) => index);
    expect(choices.map(({ index, text }: { index: number; text: string }) => [index, text])).toEqual(
      indices.map((index) => [index, "0 1 2"]),
    );
    expect(usage).toMatchObject({ prompt_tokens: promptTokens, completion_tokens: 3 * count });
    const streamed = events((await ask({ port, body: { ...completion, prompt, stream: true } })).body);
    for (const index of indices) {
      const pieces = streamed.flatMap(({ choices }) => choices as { index: number; text: string }[]);
      const own = pieces.filter((piece) => piece.index === index);
      expect(own.map(({ text }) => text).join("")).toBe("0 1 2");
    }
    const { body } = await ask({ port, path: "/metrics" });
    expect(body).toContain(`finished_reason="length"} ${2 * count}\n`);
  });

  it("is refused while as many are in flight as it takes", async () => {
    const port = await started({ mostRequests: 2, behaviour: { ...fast, firstTokenSeconds: 0.2 } });
    const asked = () => Promise.all([1, 2, 3].map(() => ask({ port, body: completion })));
    const statuses = async () => (await asked()).map(({ status }) => status).sort();
    expect(await statuses()).toEqual([200, 200, 503]);
    expect(await statuses()).toEqual([200, 200, 503]);
    const prompts = { ...completion, prompt: ["one", "two", "three"] };
    const { error } = JSON.parse((await ask({ port, body: prompts })).body);
    expect(error).toMatchObject({
      type: "Service Unavailable",
      message: expect.stringContaining("cannot accept new requests"),
    });
  });

  it("is refused to whoever has no key, while health and metrics are open", async () => {
    const port = await started({ apiKey: "secret" });
    expect((await ask({ port, body: completion })).status).toBe(401);
    const headers = { authorization: "Bearer secret" };
    expect((await ask({ port, body: completion, headers })).status).toBe(200);
    for (const path of ["/health", "/metrics"]) expect((await ask({ port, path })).status).toBe(200);
  });

  it("names the model that is served, and knows no other route", async () => {
    const port = await started();
    expect(JSON.parse((await ask({ port, path: "/v1/models" })).body)).toMatchObject({
      object: "list",
      data: [{ id: "chat", object: "model" }],
    });
    const statuses = await Promise.all([
      ask({ port, path: "/v1/embeddings", body: {} }),
      ask({ port, path: "/v1/completions" }),
      ask({ port, path: "/v1/models", body: {} }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 405, 405]);
  });
});

describe("its metrics", () => {
  const value = (text: string, series: string) =>
    Number(
      text
        .split("\n")
        .find((line) => line.startsWith(`${series} `))
        ?.slice(series.length),
    );

  it("count tokens, answers and how they ended, and their times", async () => {
    const port = await started();
    await ask({ port, body: completion });
    await ask({ port, body: { ...completion, model: "code" } });
    engine.behave({ ...fast, errorRate: 1 });
    await ask({ port, body: completion });
    const { body } = await ask({ port, path: "/metrics" });
    const own = 'engine="0",model_name="chat"';
    const expected = {
      [`vllm:prompt_tokens_total{${own}}`]: 6,
      [`vllm:generation_tokens_total{${own}}`]: 3,
      [`vllm:num_requests_running{${own}}`]: 0,
      [`vllm:request_success_total{${own},finished_reason="length"}`]: 1,
      [`vllm:request_success_total{${own},finished_reason="error"}`]: 1,
      [`vllm:request_success_total{${own},finished_reason="abort"}`]: 0,
      'http_requests_total{handler="/v1/completions",method="POST",status="2xx"}': 1,
      'http_requests_total{handler="/v1/completions",method="POST",status="4xx"}': 1,
      'http_requests_total{handler="/v1/completions",method="POST",status="5xx"}': 1,
      [`vllm:time_to_first_token_seconds_count{${own}}`]: 1,
      [`vllm:request_time_per_output_token_seconds_bucket{${own},le="+Inf"}`]: 1,
      [`vllm:e2e_request_latency_seconds_bucket{${own},le="7680"}`]: 1,
    };
    for (const [series, count] of Object.entries(expected))
      expect([series, value(body, series)]).toEqual([series, count]);
  });

  it("are all that the gates and alerts read of an engine", async () => {
    const port = await started();
    await ask({ port, body: completion });
    const { body } = await ask({ port, path: "/metrics" });
    const asked = [
      ...alerts({ monthlyUsd: 1000, reservations: [] }).map(({ expr }) => expr),
      ...sideQueries("chat", "blue", "live", 60).map((q) => q.query),
    ];
    const wanted = new Set(asked.flatMap((expr) => expr.match(/(vllm:|http_)[a-z0-9_]+/g) ?? []));
    expect(
      [...wanted].filter((metric) => !body.includes(`\n${metric}{`) && !body.startsWith(metric)),
    ).toEqual([]);
  });
});

describe("an engine that gets SIGTERM", () => {
  const slow = { tokensPerSecond: 50, firstTokenSeconds: 0, errorRate: 0 };
  const long = { ...completion, stream: true, max_tokens: 15 };

  it("finishes what runs, takes nothing new, and is gone then", async () => {
    const port = await started({ behaviour: slow });
    const running = ask({ port, body: long });
    await sleep(50);
    const drained = engine.drain(10);
    expect((await ask({ port, body: completion })).status).toBe(503);
    expect((await ask({ port, path: "/health" })).status).toBe(200);
    expect(events((await running).body)).toHaveLength(16);
    await drained;
    await expect(ask({ port, path: "/health" })).rejects.toThrow("ECONNREFUSED");
  });

  it("breaks off what takes longer than it may", async () => {
    const port = await started({ behaviour: slow });
    const running = ask({ port, body: { ...long, max_tokens: 1000 } });
    const broken = expect(running).rejects.toThrow("aborted");
    await sleep(50);
    await engine.drain(0.05);
    await broken;
  });

  it("that does nothing is gone at once", async () => {
    const port = await started();
    await engine.drain(60);
    await expect(ask({ port, path: "/health" })).rejects.toThrow("ECONNREFUSED");
  });
});
