import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { pythonWith } from "./python.ts";

/** A running moto: AWS's API on a port of this machine, without an account. */
export interface Moto {
  readonly url: string;
  stop(): void;
}

/** The Python that has moto with these services; nothing where it can't be installed. */
export function pythonWithMoto(name: string, services: readonly string[]): string | undefined {
  return pythonWith(name, ["boto3==1.44.8", `moto[${[...services, "server"].sort()}]==5.2.5`]);
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
  const [port] = (await once(server.stdout, "data")) as [Buffer];
  return {
    url: `http://127.0.0.1:${String(port).trim()}`,
    stop: () => {
      server.stdin.end();
      server.kill();
    },
  };
}
