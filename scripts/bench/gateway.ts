import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus } from "node:os";
import type { DataPath } from "../local/data-path.ts";
import type { GatewayProcess } from "../local/gateway-process.ts";
import { NoPython, pythonEnvironment } from "../local/python-environment.ts";
import { quantile } from "../quantile.ts";
import { type ChatServer, collect, engineOf, startBare, startGateway, target } from "./gateway-targets.ts";

/** Requests one after the other, to each in turn. */
const single = { whole: 200, streams: 60 };
/** Requests at once, and how many of them before the next one's turn. */
const concurrency = 8;
const turns = 10;
const perTurn = { whole: 60, streams: 16 };
/** Tokens of an answer. A stream's come as fast as the engine makes them. */
const answerTokens = { whole: 4, streams: 64 };
type Kind = keyof typeof single;

/**
 * Prints what the gateway of dev adds to a request, compared with the same LiteLLM with only the model configured:
 * both call the same simulated engine through the same load balancer, in turns.
 */
export async function measureGateway(): Promise<void> {
  let bin: string;
  try {
    bin = await pythonEnvironment(console.error);
  } catch (reason) {
    if (!(reason instanceof NoPython)) throw reason;
    console.log(`\nThe gateway: not measured, since it can't be installed: ${reason.message}`);
    return;
  }
  const collector = await collect();
  const paths: DataPath[] = [];
  let bare: GatewayProcess | undefined;
  try {
    const plain = await startGateway(bin, paths);
    const traced = await startGateway(bin, paths, collector.address);
    const engine = engineOf(plain);
    bare = await startBare(bin, plain.folder, engine);
    const litellm = { name: "LiteLLM", url: bare.address, key: "none", model: "chat", pid: bare.pid };
    const gateways = [litellm, target("Gantry", plain), target("traced", traced)];
    console.log(
      `\nThe gateway of dev, without and with traces of all requests, compared with LiteLLM with only its model; all on this machine (${cpus().length} CPUs, ${cpus()[0]?.model.trim()})`,
    );
    for (const kind of ["whole", "streams"] as const) {
      await measureLatency(kind, engine, gateways);
      if (process.platform === "linux") await measureThroughput(kind, gateways);
    }
  } finally {
    await bare?.stop();
    await Promise.all(paths.map((path) => path.stop()));
    await collector.stop();
  }
}

async function measureLatency(kind: Kind, engine: ChatServer, gateways: readonly ChatServer[]) {
  const all = [engine, ...gateways];
  const times = new Map(all.map(({ name }): [string, number[]] => [name, []]));
  for (let index = -20; index < single[kind]; index++)
    for (const target of all) {
      const time = await ask(target, kind);
      if (index >= 0) times.get(target.name)?.push(time);
    }
  const at = (share: number, { name }: ChatServer) => quantile(times.get(name) ?? [], share) ?? 0;
  const what = kind === "whole" ? "whole answers" : "first event of streams";
  for (const share of [0.5, 0.95]) {
    const alone = at(share, engine);
    row(
      `added latency, P${100 * share}, ${what}`,
      gateways.map((each) => at(share, each) - alone),
      " ms",
      `engine alone ${alone.toFixed(1)} ms, ${single[kind]} of each, one at a time`,
    );
  }
}

/** Short turns, so that whatever else this machine does is shared by both. */
async function measureThroughput(kind: Kind, gateways: readonly ChatServer[]) {
  const seconds = new Map(gateways.map(({ name }): [string, number] => [name, 0]));
  for (let turn = -1; turn < turns; turn++)
    for (const target of gateways) {
      const before = cpuSeconds(target.pid ?? 0);
      let left = perTurn[kind];
      const worker = async () => {
        while (left-- > 0) await ask(target, kind);
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
      const used = cpuSeconds(target.pid ?? 0) - before;
      if (turn >= 0) seconds.set(target.name, (seconds.get(target.name) ?? 0) + used);
    }
  row(
    kind === "whole"
      ? "whole answers a second of CPU"
      : `streams of ${answerTokens.streams} tokens a second of CPU`,
    gateways.map(({ name }) => (turns * perTurn[kind]) / (seconds.get(name) ?? 0)),
    "",
    `${turns * perTurn[kind]} of each, ${concurrency} at once`,
  );
}

/** @param figures of LiteLLM, of the gateway, and of the gateway with traces */
function row(what: string, figures: readonly number[], unit: string, how: string) {
  const [litellm = 0, gantry = 0, traced = 0] = figures;
  const shown = `LiteLLM ${litellm.toFixed(1)}${unit}, Gantry ${gantry.toFixed(1)}${unit}`;
  const ratios = `${(gantry / litellm).toFixed(2)}x, traced ${(traced / litellm).toFixed(2)}x`;
  console.log(`  ${what.padEnd(42)} ${shown.padEnd(38)} ${ratios}  (${how})`);
}

const agent = new Agent({ keepAlive: true });
let asked = 0;

/** Milliseconds until the answer, or the first event of a stream, is there. Waits for the rest. @throws where it isn't an answer */
async function ask({ url, key, model }: ChatServer, kind: Kind): Promise<number> {
  const body = JSON.stringify({
    model,
    messages: [{ role: "user", content: `Question ${++asked}: which of these is the larger one, and why?` }],
    max_tokens: answerTokens[kind],
    ...(kind === "streams" && { stream: true }),
  });
  const begin = performance.now();
  return await new Promise<number>((resolve, reject) => {
    const sent = request(`${url}/v1/chat/completions`, {
      ...{ agent, method: "POST" },
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      },
    });
    sent.once("error", reject).once("response", (response) => {
      let first = 0;
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        first ||= performance.now() - begin;
        text += piece;
      });
      response.once("error", reject).once("end", () => {
        const whole = kind === "whole" ? text.includes('"choices"') : text.includes("[DONE]");
        if (response.statusCode !== 200 || !whole)
          return reject(new Error(`${url}: ${response.statusCode} ${text.slice(0, 500)}`));
        resolve(kind === "whole" ? performance.now() - begin : first);
      });
    });
    sent.end(body);
  });
}

/** What a process has used of all cores. [proc(5): utime and stime, in hundredths of a second] */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
