import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { dirname, join, normalize } from "node:path";
import { buffer } from "node:stream/consumers";
import { closeAtOnce, listenOnLoopback } from "./loopback.ts";

/** Takes what the gateway puts into S3, as files of a folder. It answers nothing else. */
export class ObjectStore {
  private readonly server: Server;

  constructor(folder: string) {
    this.server = createServer(async (request, response) => {
      const path = join(folder, normalize(decodeURIComponent(request.url?.split("?")[0] ?? "/")));
      const body = await buffer(request);
      if (request.method !== "PUT" || !path.startsWith(folder)) return void response.writeHead(501).end();
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, body);
      response.writeHead(200, { etag: '"local"' }).end();
    });
  }

  /** Begins to listen, on this machine only. @returns the port */
  async listen(): Promise<number> {
    return await listenOnLoopback(this.server);
  }

  async close() {
    await closeAtOnce(this.server);
  }
}
