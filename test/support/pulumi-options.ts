const stack = ["--stack", "-s"];
const judged = [...stack, "--policy-pack", "--policy-pack-config"];

/** Commands of the CLI that documents show, with the options that they use. [`pulumi <command> --help`, 3.260.0] */
export const pulumiOptions: Readonly<Record<string, readonly string[]>> = {
  login: [],
  preview: [...judged, "--diff"],
  up: [...judged, "--yes"],
  destroy: [...stack, "--yes"],
  cancel: [...stack, "--yes"],
  refresh: [...stack, "--run-program", "--clear-pending-creates", "--import-pending-creates"],
  import: stack,
  "config set": [...stack, "--path"],
  "config rm": [...stack, "--path"],
  "stack init": [...stack, "--secrets-provider"],
  "stack export": [...stack, "--file"],
  "stack import": [...stack, "--file"],
  "stack output": [...stack, "--json"],
  "stack rm": stack,
};

/** The command that words begin with after the program's name, such as `config set`; nothing for one that isn't there. */
export function pulumiCommand(words: readonly string[]): string | undefined {
  return [words.slice(0, 2).join(" "), words[0] ?? ""].find((name) => Object.hasOwn(pulumiOptions, name));
}
