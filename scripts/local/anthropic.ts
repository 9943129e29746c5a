import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { closeAtOnce, listenOnLoopback } from "./loopback.ts";
import type { Behaviour } from "./simulated-engine.ts";

const request = z.looseObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  messages: z.array(z.looseObject({ role: z.enum(["user", "assistant"]) })).min(1),
  stream: z.boolean().default(false),
});

/** Answers in place of Anthropic's Messages API, in its forms: tokens are numbers. [docs.anthropic.com/en/api/messages] */
export class AnthropicStandIn {
  private readonly server: Server;
  private readonly apiKey: string;
  private readonly behaviour: Behaviour;
  private answers = 0;

  constructor(apiKey: string, behaviour: Behaviour) {
    this.apiKey = apiKey;
    this.behaviour = behaviour;
    this.server = createServer((incoming, answer) => {
      answer.on("error", () => undefined);
      this.handle(incoming, answer).catch((error: Error) =>
        fail(answer, 400, "invalid_request_error", error.message),
      );
    });
  }

  /** Begins to listen, on this machine only. @returns the port */
  async listen(): Promise<number> {
    return await listenOnLoopback(this.server);
  }

  async close() {
    await closeAtOnce(this.server);
  }

  private async handle(incoming: IncomingMessage, answer: ServerResponse) {
    if (incoming.headers["x-api-key"] !== this.apiKey)
      return fail(answer, 401, "authentication_error", "invalid x-api-key");
    if (incoming.method !== "POST" || incoming.url !== "/v1/messages")
      return fail(answer, 404, "not_found_error", "Not found");
    const { model, max_tokens, messages, stream } = request.parse(JSON.parse(await text(incoming)));
    const { firstTokenSeconds, tokensPerSecond } = this.behaviour;
    const tokens = Array.from({ length: max_tokens }, (_, index) => (index === 0 ? "0" : ` ${index}`));
    const usage = { input_tokens: Math.ceil(JSON.stringify(messages).length / 4), output_tokens: 0 };
    const message = { id: `msg_${++this.answers}`, type: "message", role: "assistant", model };
    await sleep(1000 * firstTokenSeconds);
    if (!stream) {
      await sleep((1000 * tokens.length) / tokensPerSecond);
      answer.writeHead(200, { "content-type": "application/json" }).end(
        JSON.stringify({
          ...message,
          content: [{ type: "text", text: tokens.join("") }],
          stop_reason: "max_tokens",
          stop_sequence: null,
          usage: { ...usage, output_tokens: tokens.length },
        }),
      );
      return;
    }
    const event = (type: string, fields: object) =>
      answer.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
    answer.writeHead(200, { "content-type": "text/event-stream" });
    event("message_start", {
      message: { ...message, content: [], stop_reason: null, stop_sequence: null, usage },
    });
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
    for (const token of tokens) {
      if (answer.destroyed) return;
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text: token } });
      await sleep(1000 / tokensPerSecond);
    }
    event("content_block_stop", { index: 0 });
    event("message_delta", {
      delta: { stop_reason: "max_tokens", stop_sequence: null },
      usage: { output_tokens: tokens.length },
    });
    event("message_stop", {});
    answer.end();
  }
}

function fail(answer: ServerResponse, status: number, type: string, message: string) {
  if (answer.headersSent) return void answer.destroy();
  answer.writeHead(status, { "content-type": "application/json" });
  answer.end(JSON.stringify({ type: "error", error: { type, message } }));
}
