import { request as httpRequest, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";

export interface SmokeArgs {
  /** The slot's own host. */
  readonly host: string;
  /** Where the load balancer is reached when its hosts aren't known here, as `http://127.0.0.1:8080`. @default the host itself */
  readonly through: string | undefined;
  readonly servedName: string;
  readonly apiKey: string;
}

/** A first answer may take a compilation. */
const longestSeconds = 60;

/** Why a slot doesn't answer a real request, or undefined when it wrote at least one token. */
export async function smokeProblem(args: SmokeArgs): Promise<string | undefined> {
  const { host, through } = args;
  try {
    return await asked(args);
  } catch (error) {
    const way = through === undefined ? `http://${host}` : `${host} through ${through}`;
    return (
      `${way} can't be asked: ${(error as Error).message || (error as NodeJS.ErrnoException).code}; ` +
      "its host is known in the VPC only: run this there, or give a tunnel to the load balancer with --through"
    );
  }
}

async function asked({ host, through, servedName, apiKey }: SmokeArgs): Promise<string | undefined> {
  const body = JSON.stringify({
    model: servedName,
    messages: [{ role: "user", content: "Say hello." }],
    max_tokens: 8,
    temperature: 0,
  });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(
      new URL("/v1/chat/completions", through ?? `http://${host}`),
      {
        method: "POST",
        // Fetch doesn't let a host be named that isn't the address.
        headers: { host, authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        signal: AbortSignal.timeout(1000 * longestSeconds),
      },
      resolve,
    );
    request.on("error", reject);
    request.end(body);
  });
  if (response.statusCode !== 200) {
    response.resume();
    return `${host} answered a request with status ${response.statusCode}`;
  }
  const answer = (await json(response)) as { usage?: { completion_tokens?: number } };
  const tokens = answer?.usage?.completion_tokens ?? 0;
  return tokens > 0 ? undefined : `${host} answered a request without writing a token`;
}
