import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as send,
} from "node:http";
import type { Socket } from "node:net";
import { listenOnLoopback } from "./loopback.ts";

/** The faults of a model's server. */
export const faults = [
  "none",
  "refused",
  "silent",
  "rate limited",
  "server error",
  "overloaded",
  "queue full",
  "cut",
  "cut before",
  "connection closed",
  "malformed",
  "not JSON",
  "context too long",
  "filtered",
  "unauthorized",
  "unknown model",
] as const;
export type Fault = (typeof faults)[number];

const openAi = (status: number, type: string, code: string | null, message: string) => ({
  status,
  body: JSON.stringify({ error: { message, type, param: null, code } }),
});
/** What vLLM answers beyond `--max-num-queued-reqs`. [vllm/exceptions.py 0.31] */
export const queueFull =
  "The engine is currently busy and cannot accept new requests. Please try again later or on a different instance.";
/** Answers of the real servers, with what a caller must not read: addresses and keys. */
const answers: Partial<Record<Fault, { readonly status: number; readonly body: string }>> = {
  "rate limited": openAi(
    429,
    "tokens",
    "rate_limit_exceeded",
    "Rate limit reached for org-secret on http://10.9.8.7:8000",
  ),
  "server error": openAi(
    500,
    "server_error",
    null,
    "Traceback (most recent call last): http://10.9.8.7:8000 failed",
  ),
  overloaded: openAi(503, "server_error", null, "no target at 10.9.8.7"),
  "queue full": openAi(503, "Service Unavailable", null, queueFull),
  "context too long": openAi(
    400,
    "invalid_request_error",
    "context_length_exceeded",
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.",
  ),
  filtered: openAi(
    400,
    "invalid_request_error",
    "content_policy_violation",
    "Rejected by the content_policy_violation safety system",
  ),
  unauthorized: openAi(
    401,
    "invalid_request_error",
    "invalid_api_key",
    "Incorrect API key provided: sk-upstream-secret",
  ),
  "unknown model": openAi(
    404,
    "invalid_request_error",
    "model_not_found",
    "The model at 10.9.8.7 does not exist",
  ),
  malformed: { status: 200, body: '{"object":"chat.completion","choices":[]}' },
  "not JSON": { status: 200, body: "<html>http://10.9.8.7</html>" },
};
/** Events of a stream that pass before it is cut. */
const piecesBeforeCut = 3;

/** A proxy in front of a server that injects the configured fault. */
export class FaultyServer {
  fault: Fault = "none";
  /** One of how many requests meets the fault. */
  private every = 1;
  /** Requests that came. */
  count = 0;
  /** Headers of the last one. */
  last: IncomingHttpHeaders = {};
  private readonly target: number;
  private server: Server | undefined;
  private port = 0;
  private readonly sockets = new Set<Socket>();
  /** Connections with a request on them: what a server closes when it has been idle for long, perhaps just as it is used. */
  private readonly used = new WeakSet<Socket>();

  /** @param target the port of the server behind it, on this machine */
  constructor(target: number) {
    this.target = target;
  }

  /** @returns the port */
  async listen(): Promise<number> {
    const server = createServer((incoming, answer) => this.handle(incoming, answer));
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
    });
    this.port = await listenOnLoopback(server, this.port);
    this.server = server;
    return this.port;
  }

  /** Changes the fault, or removes it. @param every 20 for one of 20 requests; "refused" is for all */
  async break(fault: Fault, every = 1) {
    this.fault = fault;
    this.every = every;
    if (fault === "refused") await this.close();
    else if (this.server === undefined) await this.listen();
    this.server?.closeIdleConnections();
  }

  async close() {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = new Promise((closed) => server.close(closed));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private handle(incoming: IncomingMessage, answer: ServerResponse) {
    this.count++;
    this.last = incoming.headers;
    const fault = this.count % this.every === 0 ? this.fault : "none";
    const said = answers[fault];
    incoming.on("error", () => undefined);
    answer.on("error", () => undefined);
    if (fault === "silent") return void incoming.resume();
    const { socket } = incoming;
    if (fault === "connection closed" && this.used.has(socket)) return void socket.destroy();
    this.used.add(socket);
    if (said !== undefined) {
      incoming.resume();
      incoming.on("end", () => {
        answer.writeHead(said.status, { "content-type": "application/json" }).end(said.body);
      });
      return;
    }
    const { method, url, headers } = incoming;
    const outgoing = send(
      { host: "127.0.0.1", port: this.target, method, path: url, headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        if (fault === "cut before") {
          answer.flushHeaders();
          return void setTimeout(() => answer.destroy(), 50);
        }
        let pieces = 0;
        response.on("data", (piece: Buffer) => {
          if (fault === "cut" && ++pieces > piecesBeforeCut) answer.destroy();
          else answer.write(piece);
        });
        response.on("end", () => (fault === "cut" ? answer.destroy() : answer.end()));
        response.on("error", () => answer.destroy());
      },
    );
    outgoing.on("error", () => answer.destroy());
    answer.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  }
}
