import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A running moto: AWS's API on a port of this machine, without an account. */
export interface Moto {
  readonly url: string;
  stop(): void;
}

/** @param buckets that are there, with versions @param environment in addition to this process's */
export async function startMoto(
  python: string,
  buckets: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Moto> {
  const server = spawn(python, [fileURLToPath(new URL("moto-server.py", import.meta.url)), ...buckets], {
    env: { ...process.env, ...environment },
    // It writes a line for each request.
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = once(server, "exit").then(([code]) => {
    throw new Error(`moto ended with code ${code}`);
  });
  ended.catch(() => undefined);
  const [port] = await Promise.race([once(createInterface({ input: server.stdout }), "line"), ended]);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.stdin.end();
      server.kill();
    },
  };
}
