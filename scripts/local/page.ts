import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";
import { z } from "zod";
import type { DataPath } from "./data-path.ts";
import { Callers } from "./load.ts";
import { closeAtOnce, listenOnLoopback } from "./loopback.ts";
import type { Second } from "./meter.ts";

const charts = dirname(createRequire(import.meta.url).resolve("uplot/package.json"));
/** By path: the page has no other address to call. */
const files: Readonly<Record<string, { readonly type: string; readonly path: URL | string }>> = {
  "/": { type: "text/html; charset=utf-8", path: new URL("page.html", import.meta.url) },
  "/uplot.js": { type: "text/javascript", path: join(charts, "dist/uPlot.esm.js") },
  "/uplot.css": { type: "text/css", path: join(charts, "dist/uPlot.min.css") },
};
const keptSeconds = 300;
const policy =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; connect-src 'self'";

/** One page with what happens on the data path, and the addresses that its documents query: Prometheus, status feeds. */
export class Page {
  private readonly server: Server;
  private readonly seconds: Second[] = [];
  private readonly readers = new Set<ServerResponse>();
  private path: DataPath | undefined;
  private load: Callers | undefined;
  private clock: NodeJS.Timeout | undefined;

  constructor() {
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error: Error) =>
        respond(response, 400, { error: error.message }),
      );
    });
  }

  async listen(port: number): Promise<void> {
    await listenOnLoopback(this.server, port);
  }

  /** Begins to show a data path. @param address where callers ask it @param perSecond requests of simulated users */
  show(path: DataPath, address: string, perSecond: number) {
    this.path = path;
    this.load = new Callers(path, address);
    this.load.run(perSecond);
    this.clock = setInterval(() => this.tick(path), 1000);
  }

  async close() {
    clearInterval(this.clock);
    this.load?.stop();
    await closeAtOnce(this.server);
  }

  private tick(path: DataPath) {
    this.seconds.push(path.second());
    if (this.seconds.length > keptSeconds) this.seconds.shift();
    for (const reader of this.readers) this.send(reader, this.seconds.slice(-1));
  }

  private send(reader: ServerResponse, seconds: readonly Second[]) {
    const { path, load } = this;
    const state = {
      seconds,
      split: path?.split,
      conditions: path?.conditions,
      perSecond: load?.perSecond ?? 0,
    };
    reader.write(`data: ${JSON.stringify(state)}\n\n`);
  }

  private async handle(request: IncomingMessage, response: ServerResponse) {
    const { host = "", "content-type": type } = request.headers;
    const path = request.url?.split("?")[0] ?? "/";
    // A name that leads here isn't ours: another page could have made it.
    if (!/^(127\.0\.0\.1|localhost):\d+$/.test(host))
      return respond(response, 403, { error: "not this host" });
    if (request.method === "POST") {
      // Other pages can't send this type without being asked about it.
      if (type !== "application/json") return respond(response, 415, { error: "application/json" });
      return respond(response, 200, await this.change(path, await json(request)));
    }
    if (path === "/events") return this.stream(response);
    if (path.startsWith("/targets/"))
      return respond(response, 200, this.path?.scraped(path.slice("/targets/".length)) ?? []);
    if (path === "/prometheus/api/v1/query") return respond(response, 200, noQueue());
    if (path.startsWith("/status/")) {
      const provider = this.path?.conditions[path.slice("/status/".length)];
      const indicator = provider?.fault === "degraded" ? "major" : "none";
      return respond(response, 200, { status: { indicator } });
    }
    const file = Object.hasOwn(files, path) ? files[path] : undefined;
    if (file === undefined) return respond(response, 404, { error: "no such page" });
    response.writeHead(200, { "content-type": file.type, "content-security-policy": policy });
    response.end(readFileSync(file.path));
  }

  private stream(response: ServerResponse) {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    this.readers.add(response);
    response.on("close", () => this.readers.delete(response));
    this.send(response, this.seconds);
  }

  private async change(path: string, body: unknown): Promise<object> {
    if (path === "/faults") {
      const { server, fault } = z.object({ server: z.string(), fault: z.string() }).parse(body);
      await this.path?.break(server, fault);
      return { [server]: fault };
    }
    if (path === "/load") {
      const { perSecond } = z.object({ perSecond: z.int().min(0).max(100) }).parse(body);
      this.load?.run(perSecond);
      return { perSecond };
    }
    throw new RangeError(`nothing can be changed at ${path}`);
  }
}

/** Simulated engines take every request at once. */
function noQueue(): object {
  const result = [{ metric: {}, value: [Date.now() / 1000, "0"] }];
  return { status: "success", data: { resultType: "vector", result } };
}

function respond(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
