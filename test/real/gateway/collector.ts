import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ended } from "../../../scripts/local/program.ts";

const program = fileURLToPath(new URL("otlp-receiver.py", import.meta.url));

/** A span as it arrived by OTLP. Ids are hexadecimal; a root's parent is empty. */
export interface ReceivedSpan {
  readonly trace: string;
  readonly span: string;
  readonly parent: string;
  readonly name: string;
  /** 2 of a server, 3 of a client. */
  readonly kind: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  /** All of it, as JSON. */
  readonly whole: string;
  /** Where it was sent. */
  readonly path: string;
}

/** Takes spans as a collector does, read with OpenTelemetry's own definitions. */
export class Collector {
  readonly spans: ReceivedSpan[] = [];
  readonly address: string;
  private readonly stopping: () => Promise<unknown>;

  private constructor(port: string, stopping: () => Promise<unknown>) {
    this.address = `http://127.0.0.1:${port}`;
    this.stopping = stopping;
  }

  /** @param bin programs of the gateway's Python environment */
  static async start(bin: string): Promise<Collector> {
    const child = spawn(join(bin, "python"), [program], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const [port] = await once(lines, "line");
    const collector = new Collector(port, () => ended(child, "SIGTERM"));
    lines.on("line", (line) => collector.spans.push(JSON.parse(line)));
    return collector;
  }

  /** The spans of a request that arrived, its root first. */
  of(requestId: string | null): readonly ReceivedSpan[] {
    return this.spans
      .filter(({ trace }) => trace === requestId)
      .toSorted((a, b) => Number(a.parent !== "") - Number(b.parent !== ""));
  }

  async stop() {
    await this.stopping();
  }
}
