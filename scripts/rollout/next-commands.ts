/** An interrupted or undecided rollout, as it was started. */
export interface StartedRollout {
  readonly environment: string;
  readonly model: string;
  readonly colour: string;
  readonly through: string | undefined;
  readonly local: boolean;
  /** The npm script and the arguments behind `--`, as typed. */
  readonly typed: readonly string[];
}

/** Commands after a rollout that stopped midway: to continue it, to finish it, to roll it back. */
export function nextCommands({
  environment,
  model,
  colour,
  through,
  local,
  typed,
}: StartedRollout): string[] {
  const here = local ? ["--local"] : [];
  const way = through === undefined ? [] : ["--through", through];
  const [script = "", ...rest] = typed;
  return [
    `${npmRun(script, rest)} continues`,
    `${npmRun("switch", [environment, model, colour, "--bake", "0", ...way, ...here])} sends all requests there without a comparison`,
    `${npmRun("switch", [environment, model, "--rollback", ...here])} rolls back`,
  ];
}

function npmRun(script: string, args: readonly string[]): string {
  return ["npm run", script, "--", ...args.map(shellWord)].join(" ");
}

/** One word for a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
