import { randomInt } from "node:crypto";
import type { Server as HttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";

/** Begins to listen, on this machine only. @param port 0 for a free one @returns the port @throws Error when it is taken */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", listening);
  });
  return (server.address() as AddressInfo).port;
}

/** Ends a server at once, with whatever is open. */
export async function closeAtOnce(server: HttpServer): Promise<void> {
  const closed = new Promise((closed) => server.close(closed));
  server.closeAllConnections();
  await closed;
}

/**
 * A port of this machine that nothing uses. Below those that systems give to outgoing connections, one of which would
 * otherwise take it while a program that takes seconds to start is on its way to it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    try {
      const port = await listenOnLoopback(server, randomInt(20_000, 32_768));
      await new Promise((closed) => server.close(closed));
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
}
