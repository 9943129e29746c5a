import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join, normalize } from "node:path";
import { buffer } from "node:stream/consumers";

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
    await new Promise<void>((listening) => this.server.listen(0, "127.0.0.1", listening));
    return (this.server.address() as AddressInfo).port;
  }

  async close() {
    const closed = new Promise((closed) => this.server.close(closed));
    this.server.closeAllConnections();
    await closed;
  }
}
