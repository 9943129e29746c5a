import { at, elements, type Unknown, unknown } from "../../framework/value.ts";
import type { Container } from "../kubernetes/containers.ts";
import { environment } from "../kubernetes/environment.ts";
import { type EngineKind, engineArguments } from "./engine.ts";
import type { EngineArguments, Unreadable } from "./vllm-arguments.ts";

/** The properties of an engine that its clients rely on. */
export interface Contract {
  readonly readable: true;
  /** Names of the model that it answers to, in order; undefined for an engine that takes any. */
  readonly names?: readonly string[];
  /** The longest context, as it is written. */
  readonly context: string;
}

/** An engine's served names and context length, by the flags and variables of its kind. */
export function contract(container: Container, kind: EngineKind): Contract | Unreadable {
  if (kind === "ollama") return ollamaContract(container);
  const args = engineArguments(container, kind);
  if (!args.readable) return args;
  return kind === "vllm"
    ? vllmContract(args)
    : { readable: true, context: limit(args, "--max-total-tokens") };
}

/** vLLM answers to its model's own name where no other is given. */
function vllmContract(args: EngineArguments): Contract {
  const served = args.flags.get("--served-model-name");
  const names = Array.isArray(served) ? served.map(String).sort() : [args.model];
  return { readable: true, names, context: limit(args, "--max-model-len") };
}

/** Without a limit the model's own holds. */
function limit({ flags, model }: EngineArguments, flag: string): string {
  return String(flags.get(flag) ?? `that of ${model}`);
}

/** Ollama answers to the name that its start-up probe gives to the model. */
function ollamaContract(container: Container): Contract | Unreadable {
  const variables = environment(container);
  const context = variables === unknown ? unknown : variables.get("OLLAMA_CONTEXT_LENGTH")?.value;
  const name = createdName(container);
  if (name === unknown || typeof context !== "string")
    return { readable: false, reason: "Ollama's context length or model name isn't a literal" };
  return { readable: true, names: [name], context };
}

function createdName({ fields }: Container): string | Unknown {
  const command = elements(at(fields, "startupProbe", "exec", "command"));
  const script = command === unknown ? undefined : command.at(-1);
  return (typeof script === "string" ? /^ollama create ([\w.-]+) /.exec(script)?.[1] : undefined) ?? unknown;
}
