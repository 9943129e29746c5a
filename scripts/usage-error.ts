import { suggestion } from "../components/shared/near-miss.ts";

/**
 * What is wrong with a command's arguments, as a sentence: what, allowed, and what was probably meant.
 * @param usage how the command is called, beginning with its shape; `<name>` outside brackets is required
 */
export function misfit(usage: string, args: readonly string[]): string {
  const [shape = ""] = usage.split("\n");
  const required = shape.replaceAll(/\[[^\]]*\]/g, "").match(/(?:--[\w-]+ )?<[^>]+>/g) ?? [];
  if (args.length === 0 && required.length > 0) return `missing: ${required.join(", ")}`;
  // Not as they were given: a key that was pasted among them would be shown.
  return `these arguments don't fit${required.length === 0 ? "" : `: needed are ${required.join(", ")}, each once`}`;
}

/** The same for what Node's option parser throws; undefined for other errors. */
export function misreadOption(error: NodeJS.ErrnoException, usage: string): string | undefined {
  const [, named = ""] = /'(?:-\w, )?(--?[\w-]+)/.exec(error.message) ?? [];
  switch (error.code) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION": {
      const known = [...new Set(usage.match(/(?<![\w-])--[a-z][\w-]*/g) ?? []), "--help"];
      return `no option ${named}${suggestion(named, known)}`;
    }
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      return / does not take an argument/.test(error.message)
        ? `${named} takes no value: give it alone`
        : `${named} needs a value: ${named} <value>, or ${named}=<value> where it begins with a dash`;
    case "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL":
      return `${/'[^']*'/.exec(error.message)?.[0].replaceAll("'", '"') ?? "an argument"} has no meaning here: only options are taken`;
    default:
      return undefined;
  }
}
