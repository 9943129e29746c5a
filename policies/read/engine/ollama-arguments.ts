import { at, isList, type Value } from "../../framework/value.ts";
import { type EngineArguments, type Unreadable, unreadable } from "./vllm-arguments.ts";

/**
 * Ollama's model. Its command line names none: the start-up probe has to make one from a file and load it, in
 * these words and no others, because anything else may pull from a registry by a name that moves.
 */
export function ollamaArguments(args: readonly string[], startupProbe: Value): EngineArguments | Unreadable {
  if (args.length !== 1 || args[0] !== "serve") return unreadable('args are not exactly ["serve"]');
  const command = at(startupProbe, "exec", "command");
  const [shell, options, script, ...more] = isList(command) ? command : [];
  const model =
    shell === "sh" && options === "-euc" && typeof script === "string" && more.length === 0
      ? /^ollama create ([\w.-]+) -f (\/[\w./-]+) && ollama run \1 ""$/.exec(script)?.[2]
      : undefined;
  if (model === undefined)
    return unreadable(
      'the start-up probe is not sh -euc with ollama create <name> -f <file> && ollama run <name> ""',
    );
  return { readable: true, model, flags: new Map(), given: [] };
}
