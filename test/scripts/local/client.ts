import { type IncomingHttpHeaders, request as send } from "node:http";
import { text } from "node:stream/consumers";

export interface Asking {
  readonly port: number;
  readonly path?: string;
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Told of each piece of the answer. */
  readonly onPiece?: (piece: string) => void;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request on a connection of its own, with the host that a rule looks at. Rejects when the answer breaks off. */
export function ask(asking: Asking): Promise<Answered> {
  const { port, path = "/v1/completions", body, host = "chat.models.internal", onPiece } = asking;
  const { method = body === undefined ? "GET" : "POST" } = asking;
  return new Promise((answered, failed) => {
    const outgoing = send({
      hostname: "127.0.0.1",
      port,
      path,
      method,
      agent: false,
      headers: { host, "content-type": "application/json", ...asking.headers },
    });
    outgoing.on("error", failed);
    outgoing.on("response", (response) => {
      response.setEncoding("utf8");
      if (onPiece) response.on("data", onPiece);
      text(response).then(
        (body) => answered({ status: response.statusCode ?? 0, headers: response.headers, body }),
        failed,
      );
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** The events of a stream, the closing one left out. @throws Error when it has no end */
export function events(body: string): Record<string, unknown>[] {
  const lines = body.split("\n\n");
  if (lines.at(-1) !== "" || lines.at(-2) !== "data: [DONE]") throw new Error(`cut: …${body.slice(-80)}`);
  return lines.slice(0, -2).map((line) => JSON.parse(line.replace(/^data: /, "")));
}
