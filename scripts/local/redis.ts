import { type ChildProcess, spawnSync } from "node:child_process";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./loopback.ts";
import { ended, started } from "./program.ts";

export interface RedisArgs {
  /** Programs of the Python environment, which carries a Redis for machines without one. */
  readonly bin: string;
  readonly folder: string;
  /** @default none is required */
  readonly password?: string;
  /** Files of a certificate, its key and its authority: clients have to speak TLS. @default plain */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly authority: string };
  /** @default a free one */
  readonly port?: number;
}

/** A real Redis, on this machine only, which keeps nothing. */
export class Redis {
  readonly port: number;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
  }

  static async start({ bin, folder, password, tls, port }: RedisArgs): Promise<Redis> {
    const own = port ?? (await freePort());
    const ports = tls === undefined ? ["--port", String(own)] : ["--port", "0", "--tls-port", String(own)];
    const certificates = tls && [
      ...["--tls-cert-file", tls.certificate, "--tls-key-file", tls.key],
      ...["--tls-ca-cert-file", tls.authority, "--tls-auth-clients", "no"],
    ];
    const child = started(
      spawnSync("redis-server", ["--version"]).status === 0 ? "redis-server" : join(bin, "redis-server"),
      [
        ...[...ports, "--bind", "127.0.0.1", "--save", "", "--dir", folder],
        ...(certificates ?? []),
        ...(password === undefined ? [] : ["--requirepass", password]),
      ],
      { stdio: "ignore" },
    );
    const redis = new Redis(child, own);
    while (!(await reachable(own))) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with code ${child.exitCode}`);
      await sleep(20);
    }
    return redis;
  }

  async stop() {
    await ended(this.child, "SIGTERM");
  }
}

async function reachable(port: number): Promise<boolean> {
  return await new Promise((answer) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
    socket.once("connect", () => socket.destroy());
  });
}
