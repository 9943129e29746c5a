import { at, isFields, isList, type Unknown, unknown, type Value } from "../../framework/value.ts";
import type { Container } from "../kubernetes/containers.ts";
import { type EngineKind, engineArguments } from "./engine.ts";

/** How long TGI's launcher waits for running requests before it kills its web server. [TGI, launcher/src/main.rs] */
const tgiDrainSeconds = 90;

/**
 * Seconds that a container waits before SIGTERM; undefined where it doesn't, unknown where that can't be
 * read. Of all handlers only a sleep has a known duration.
 */
export function preStopSeconds({ fields }: Container): number | Unknown | undefined {
  const handler = at(fields, "lifecycle", "preStop");
  if (handler === undefined) return undefined;
  if (!isFields(handler)) return unknown;
  const [[kind, action] = [], ...others] = Object.entries(handler).filter(([, value]) => value !== undefined);
  if (others.length > 0) return unknown;
  if (kind === "sleep") return whole(at(action, "seconds"));
  return kind === "exec" ? sleepCommand(at(action, "command")) : unknown;
}

/** `["sleep", "30"]`, without a shell around it. */
function sleepCommand(command: Value): number | Unknown {
  if (!isList(command) || command.length !== 2) return unknown;
  const [program, seconds] = command;
  const sleeps = typeof program === "string" && /^(?:\/(?:usr\/)?bin\/)?sleep$/.test(program);
  return sleeps && typeof seconds === "string" && /^\d{1,6}$/.test(seconds) ? Number(seconds) : unknown;
}

/** Seconds that an engine keeps processing running requests after SIGTERM; unknown where that can't be read. */
export function drainSeconds(container: Container, kind: EngineKind | "other"): number | Unknown {
  if (kind === "tgi") return tgiDrainSeconds;
  // Ollama aborts running requests, and an engine of unknown kind counts as doing the same.
  if (kind !== "vllm") return 0;
  const args = engineArguments(container, kind);
  if (!args.readable) return unknown;
  const seconds = args.flags.get("--shutdown-timeout") ?? "0";
  return typeof seconds === "string" && /^\d{1,6}$/.test(seconds) ? Number(seconds) : unknown;
}

function whole(value: Value): number | Unknown {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : unknown;
}
