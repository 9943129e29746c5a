import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { vllmMetrics } from "../../components/monitoring/metrics.ts";
import { type Asked, type Completions, completions } from "./completions.ts";
import { EngineMetrics } from "./engine-metrics.ts";
import { queueFull } from "./faults.ts";
import { closeAtOnce, listenOnLoopback } from "./loopback.ts";

/** How an engine answers. */
export interface Behaviour {
  /** 0 hangs as vLLM does whose engine core stopped: requests stay in it, also those of callers who left. */
  readonly tokensPerSecond: number;
  readonly firstTokenSeconds: number;
  /** Share of the requests that fail before they begin, from 0 to 1. */
  readonly errorRate: number;
}

export interface SimulatedEngineArgs {
  /** Part of each answer's id, which shows which engine gave it. */
  readonly name: string;
  /** The name that clients request. */
  readonly servedName: string;
  /** What it answers to as well, as a provider with many models does. */
  readonly otherNames?: readonly string[];
  readonly behaviour: Behaviour;
  /** What clients have to send as bearer. @default nothing */
  readonly apiKey?: string;
  /** `system_fingerprint` of a whole answer and of a stream's last event, as with vLLM. @default none */
  readonly fingerprint?: string;
  /** Requests that it takes at once, as `--max-num-queued-reqs`. @default any number */
  readonly mostRequests?: number | undefined;
  /** From 0 to 1, without 1. @default Math.random */
  readonly random?: () => number;
}

/**
 * Answers in place of a vLLM pod, with its routes, forms and metrics, at a pace that can be set. It shows where
 * requests go, how long they last and how they break off, and nothing about a model: its tokens are numbers. It computes
 * every request that it takes at once, without a queue, batches or a KV cache, gives one answer to each prompt, takes a
 * list of them as a whole or not at all, fails only before the first token, and knows neither tools nor embeddings.
 */
export class SimulatedEngine {
  private readonly args: SimulatedEngineArgs;
  /** What it counts of itself. */
  readonly metrics: EngineMetrics;
  private readonly server: Server;
  private readonly stopped = new AbortController();
  private behaviour: Behaviour;
  private changed = new AbortController();
  private readonly open = new Set<ServerResponse>();
  /** Requests that are computed. */
  private running = 0;
  private answers = 0;
  private draining = false;
  private whenIdle = () => {};

  constructor(args: SimulatedEngineArgs) {
    this.args = args;
    this.behaviour = args.behaviour;
    this.metrics = new EngineMetrics(args.servedName);
    this.server = createServer((request, response) => void this.handle(request, response));
    // Longer than a load balancer keeps an idle connection, as in the pods' configuration.
    this.server.keepAliveTimeout = 600_000;
  }

  /** Begins to listen, on this machine only. @param port 0 for a free one @returns the port */
  async listen(port = 0): Promise<number> {
    return await listenOnLoopback(this.server, port);
  }

  /** Changes how it answers, in the middle of running answers, too. */
  behave(behaviour: Behaviour) {
    this.behaviour = behaviour;
    this.changed.abort();
    this.changed = new AbortController();
  }

  /**
   * Shuts down as vLLM does on SIGTERM: takes no new request, finishes those that run for as long as it may, and
   * breaks off the rest. @param shutdownSeconds as `--shutdown-timeout`; with 0 nothing is finished
   */
  async drain(shutdownSeconds: number) {
    this.draining = true;
    const idle = new Promise<void>((idle) => {
      this.whenIdle = idle;
    });
    if (this.open.size > 0)
      await Promise.race([idle, sleep(1000 * shutdownSeconds, undefined, { ref: false })]);
    await this.close();
  }

  /** Ends at once, with whatever is open. */
  async close() {
    this.stopped.abort();
    await closeAtOnce(this.server);
  }

  private async handle(request: IncomingMessage, response: ServerResponse) {
    // A client that went away.
    response.on("error", () => undefined);
    const { method = "GET", url = "/" } = request;
    const [path = "/"] = url.split("?");
    if (path === "/health") return response.end();
    if (path === "/metrics") {
      response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8");
      return response.end(this.metrics.text(this.running));
    }
    const api = completions[path];
    const known = api !== undefined || path === "/v1/models";
    response.on("close", () => this.metrics.answered(known ? path : "none", method, response.statusCode));
    const { apiKey } = this.args;
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`)
      return json(response, 401, { error: "Unauthorized" });
    if (!known) return json(response, 404, { detail: "Not Found" });
    if (method !== (api ? "POST" : "GET")) return json(response, 405, { detail: "Method Not Allowed" });
    return api ? this.complete(api, request, response) : json(response, 200, this.models());
  }

  private models() {
    const { servedName } = this.args;
    const model = { id: servedName, object: "model", owned_by: "vllm", root: servedName };
    return { object: "list", data: [model] };
  }

  private async complete(api: Completions, request: IncomingMessage, response: ServerResponse) {
    if (this.draining) return fail(response, 503, "ServiceUnavailableError", "shutting down");
    this.open.add(response);
    response.once("close", () => {
      this.open.delete(response);
      if (this.open.size === 0) this.whenIdle();
    });
    let asked: Asked;
    try {
      asked = api.read(JSON.parse(await text(request)));
    } catch (error) {
      return fail(response, 400, "BadRequestError", (error as Error).message);
    }
    const { random = Math.random, servedName, otherNames = [], mostRequests = Infinity } = this.args;
    if (![servedName, ...otherNames].includes(asked.model))
      return fail(response, 404, "NotFoundError", `The model \`${asked.model}\` does not exist.`);
    if (this.running + asked.prompts.length > mostRequests)
      return fail(response, 503, "Service Unavailable", queueFull);
    if (random() < this.behaviour.errorRate) {
      this.metrics.finished("error");
      return fail(response, 500, "InternalServerError", "simulated");
    }
    await this.answer(api, asked, response);
  }

  private async answer(
    api: Completions,
    { model, stream, usage, prompts, length }: Asked,
    response: ServerResponse,
  ) {
    const head = {
      id: `${api.id}-${this.args.name}-${++this.answers}`,
      object: stream ? api.object.piece : api.object.whole,
      created: Math.floor(Date.now() / 1000),
      model,
    };
    const count = prompts.length;
    const [prompt, completion] = [prompts.reduce((sum, tokens) => sum + tokens, 0), count * length];
    const tokens = {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
    };
    const { fingerprint } = this.args;
    const origin = fingerprint && { system_fingerprint: fingerprint };
    const choice = (index: number, said: object, finish_reason: string | null) => {
      return { index, ...said, logprobs: null, finish_reason };
    };
    const all = Array.from(prompts.keys());
    if (stream) {
      response.setHeader("content-type", "text/event-stream; charset=utf-8");
      response.flushHeaders();
    }

    const said: string[] = [];
    this.running += count;
    const finished = await this.generate({ prompt, length, count }, response, async (index) => {
      const token = index === 0 ? "0" : ` ${index}`;
      said.push(token);
      if (!stream) return;
      for (const one of all)
        await event(response, { ...head, choices: [choice(one, api.piece(token), null)] });
    });
    this.running -= count;
    if (!finished) return void response.destroy();
    if (!stream)
      return json(response, 200, {
        ...head,
        choices: all.map((one) => choice(one, api.whole(said.join("")), "length")),
        usage: tokens,
        ...origin,
      });
    for (const one of all) {
      const last = choice(one, api.piece(""), "length");
      await event(response, { ...head, choices: [last], ...(!usage && origin) });
    }
    if (usage) await event(response, { ...head, choices: [], usage: tokens, ...origin });
    response.end("data: [DONE]\n\n");
  }

  /** Waits while it hangs. */
  private async thawed() {
    while (this.behaviour.tokensPerSecond === 0 && !this.stopped.signal.aborted)
      await once(AbortSignal.any([this.stopped.signal, this.changed.signal]), "abort");
  }

  /**
   * Makes the tokens of `count` answers at their times and counts them.
   * @returns false when the client went away or the engine was stopped before the last one
   */
  private async generate(
    { prompt, length, count }: { readonly prompt: number; readonly length: number; readonly count: number },
    response: ServerResponse,
    token: (index: number) => Promise<void>,
  ): Promise<boolean> {
    const left = new AbortController();
    response.once("close", () => left.abort());
    const ended = AbortSignal.any([left.signal, this.stopped.signal]);
    const begin = performance.now();
    const seconds = () => (performance.now() - begin) / 1000;
    let due = this.behaviour.firstTokenSeconds;
    await this.thawed();
    this.metrics.add(vllmMetrics.promptTokens, prompt);
    let first = 0;
    for (let index = 0; index < length; index++) {
      const signal = AbortSignal.any([ended, this.changed.signal]);
      await sleep(Math.max(0, 1000 * (due - seconds())), undefined, { signal }).catch(() => undefined);
      await this.thawed();
      if (ended.aborted) {
        this.metrics.finished("abort", count);
        return false;
      }
      if (index === 0) {
        first = seconds();
        this.metrics.observe(vllmMetrics.timeToFirstToken, first, count);
      }
      this.metrics.add(vllmMetrics.generatedTokens, count);
      await token(index);
      // A token that came late doesn't make the others late.
      due = Math.min(due, seconds()) + 1 / this.behaviour.tokensPerSecond;
    }
    this.metrics.finished("length", count);
    this.metrics.observe(vllmMetrics.latency, seconds(), count);
    const perToken = (seconds() - first) / (length - 1);
    if (length > 1) this.metrics.observe(vllmMetrics.timePerOutputToken, perToken, count);
    return true;
  }
}

/** Sends a server-sent event, and waits where the client doesn't keep up. */
async function event(response: ServerResponse, data: object) {
  if (response.destroyed || response.write(`data: ${JSON.stringify(data)}\n\n`)) return;
  await new Promise<void>((go) => {
    response.once("drain", go);
    response.once("close", go);
  });
}

function json(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function fail(response: ServerResponse, code: number, type: string, message: string) {
  json(response, code, { error: { message, type, param: null, code } });
}
