import { type Unknown, unknown } from "../../framework/value.ts";
import type { Container } from "../kubernetes/containers.ts";
import { environment } from "../kubernetes/environment.ts";
import type { EngineKind } from "./engine.ts";
import type { EngineArguments } from "./vllm-arguments.ts";

/** Where an engine listens, and the path of its health check. */
export interface Listening {
  readonly port: number | Unknown;
  /** False for loopback only, and for an interface that isn't known. */
  readonly reachable: boolean;
  readonly healthPaths: readonly string[];
}

/** What each listens on where nothing is stated. [vllm envs.py; TGI image; ollama envconfig/config.go] */
const defaults: Readonly<Record<EngineKind, number>> = { vllm: 8000, tgi: 80, ollama: 11_434 };
const everyInterface: readonly unknown[] = [undefined, "0.0.0.0", "::", "[::]"];

/** Where an engine listens; undefined for one without a server, as the worker of a group is. */
export function listening(
  container: Container,
  kind: EngineKind,
  { flags }: Pick<EngineArguments, "flags">,
): Listening | undefined {
  if (flags.get("--headless") === true) return undefined;
  switch (kind) {
    case "vllm":
      return {
        port: flags.has("--port") ? number(flags.get("--port")) : defaults.vllm,
        reachable: everyInterface.includes(flags.get("--host")) && !flags.has("--uds"),
        healthPaths: ["/health"],
      };
    case "tgi":
      return {
        port: flags.has("--port") ? number(flags.get("--port")) : defaults.tgi,
        reachable: everyInterface.includes(flags.get("--hostname")),
        healthPaths: ["/health"],
      };
    case "ollama":
      return { ...ofOllama(container), healthPaths: ["/", "/api/version", "/api/tags"] };
  }
}

/** `host:port`, of which either may be left out; it listens on its own pod alone by default. */
function ofOllama(container: Container): Pick<Listening, "port" | "reachable"> {
  const variables = environment(container);
  const host = variables === unknown ? unknown : variables.get("OLLAMA_HOST")?.value;
  if (typeof host !== "string")
    return { port: host === undefined ? defaults.ollama : unknown, reachable: false };
  const [, name = "", port] = /^(?:http:\/\/)?([^:/]*|\[[0-9a-f:]+\])(?::(\d{1,5}))?\/?$/.exec(host) ?? [];
  return {
    port: port === undefined ? defaults.ollama : Number(port),
    reachable: ["0.0.0.0", "", "[::]"].includes(name) && host !== "",
  };
}

function number(value: unknown): number | Unknown {
  return typeof value === "string" && /^[1-9]\d{0,4}$/.test(value) ? Number(value) : unknown;
}
