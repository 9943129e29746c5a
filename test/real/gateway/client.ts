import type { GatewayProcess } from "../../../scripts/local/gateway-process.ts";
import { keyOf } from "./stack.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of a failure, in a body or in the last event of a stream; `ok` for what isn't one. */
  readonly code: string;
  /** To the first byte of the body, in milliseconds. */
  readonly firstByte: number;
}

export interface Asking {
  readonly tenant?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called for each piece of the body. */
  readonly onPiece?: () => void;
}

let asked = 0;

/** A chat request of five tokens, each different, so that no cache answers. */
export function question(fields: object = {}): object {
  const messages = [{ role: "user", content: `question ${++asked} of a test` }];
  return { model: "assistant", messages, max_tokens: 5, ...fields };
}

/** Asks a gateway. A connection that breaks off is code `broken`. */
export async function ask(
  { address }: Pick<GatewayProcess, "address">,
  body: object | string = question(),
  { tenant = "web", path = "/v1/chat/completions", headers = {}, signal, onPiece }: Asking = {},
): Promise<Answer> {
  const begin = performance.now();
  const response = await fetch(`${address}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${keyOf(tenant)}`, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
  let firstByte = 0;
  let text = "";
  let broken = false;
  const decoder = new TextDecoder();
  try {
    for await (const piece of response.body ?? []) {
      firstByte ||= performance.now() - begin;
      onPiece?.();
      text += decoder.decode(piece, { stream: true });
    }
  } catch {
    broken = true;
  }
  return {
    status: response.status,
    headers: response.headers,
    text,
    firstByte,
    code: broken ? "broken" : codeOf(text),
  };
}

function codeOf(text: string): string {
  const events = text.split("\n").filter((line) => line.startsWith("data: ") && line !== "data: [DONE]");
  const last = events.length > 0 ? events.at(-1)?.slice("data: ".length) : text;
  try {
    return JSON.parse(last ?? "").error?.code ?? "ok";
  } catch {
    return "not JSON";
  }
}

/** The pieces of a streamed answer, put together. */
export function said(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice("data: ".length)).choices?.[0]?.delta?.content ?? "")
    .join("");
}
