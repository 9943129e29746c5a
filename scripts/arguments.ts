import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** An option without a value, off unless given. */
export const booleanOption = { type: "boolean", default: false } as const;

/** A command's positional arguments by name, all of them required, and its options. @throws Error with the usage */
export function readCommand<const Name extends string, const Options extends ParseArgsOptionsConfig>(
  usage: string,
  names: readonly Name[],
  options: Options,
) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  if (positionals.length !== names.length) throw new Error(usage);
  const named = names.map((name, index) => [name, positionals[index]]);
  return { ...(Object.fromEntries(named) as Record<Name, string>), values };
}

/** An option's number. @param allowed in words, such as "a whole number above 0" @throws Error with the option */
export function numberOption(
  option: string,
  text: string,
  allowed: string,
  isAllowed: (value: number) => boolean,
): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (isAllowed(value)) return value;
  throw new Error(`--${option} "${text}": ${allowed}`);
}

/** The hours of `--patience`; undefined if it isn't given. */
export function patienceHours(text: string | undefined): number | undefined {
  return text === undefined
    ? undefined
    : numberOption("patience", text, "a number of hours above 0", (hours) => hours > 0);
}
