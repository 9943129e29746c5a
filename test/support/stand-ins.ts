import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Serving {
  /** As `http://127.0.0.1:1234`. */
  readonly address: string;
  close(): void;
}

/** Serves on a free port of this machine. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<Serving> {
  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What of AWS the traffic commands ask: the health of target groups, by the end of their name, and one secret. */
export function awsStandIn(states: Readonly<Record<string, readonly string[]>>): Promise<Serving> {
  return serve(async (request, response) => {
    const body = await text(request);
    if (request.headers["x-amz-target"] !== undefined) {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ Name: "key", SecretString: "sk-canary" }));
      return;
    }
    const arn = new URLSearchParams(body).get("TargetGroupArn") ?? "";
    const [, found = []] = Object.entries(states).find(([group]) => arn.includes(`/${group}/`)) ?? [];
    const members = found.map(
      (state) => `<member><TargetHealth><State>${state}</State></TargetHealth></member>`,
    );
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(
      `<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions>${members.join("")}</TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>`,
    );
  });
}
