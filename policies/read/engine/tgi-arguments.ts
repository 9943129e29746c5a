import { tgiFlags } from "../../data/tgi-flags.ts";
import { type EngineArguments, type Unreadable, unreadable } from "./vllm-arguments.ts";

/** The effective arguments of `text-generation-launcher`, which refuses a repeated flag. */
export function tgiArguments(args: readonly string[]): EngineArguments | Unreadable {
  const flags = new Map<string, string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg.includes("$(")) return unreadable("Kubernetes expands $( in its arguments");
    const equals = arg.indexOf("=");
    const name = equals === -1 ? arg : arg.slice(0, equals);
    if (!tgiFlags.includes(name)) return unreadable("an argument is not on the list of the engine's flags");
    if (flags.has(name)) return unreadable(`${name} is set twice`);
    const value = equals === -1 ? args[++index] : arg.slice(equals + 1);
    if (value === undefined || value.startsWith("-")) return unreadable(`${name} has no value`);
    if (value.includes("$(")) return unreadable("Kubernetes expands $( in its arguments");
    flags.set(name, value);
  }
  const model = flags.get("--model-id");
  if (model === undefined) return unreadable("--model-id is not set");
  const given = [...flags].map(([name, value]) => ({ name, keys: [], value }));
  return { readable: true, model, flags, given };
}
