/** The variables with keys of engines: the gateway sends two at most, the one in use and its successor. */
const variables = ["ENGINE_API_KEY", "ENGINE_API_KEY_NEXT"] as const;
/** The most generations of engine keys that a gateway can hold at once. */
export const maxKeyGenerations = variables.length;

interface Keyed {
  readonly keyGenerations: readonly number[];
}

/** Generations of engine keys that any model's engines take, the earliest first. */
export function keyGenerations(models: readonly Keyed[]): number[] {
  return [...new Set(models.flatMap((model) => model.keyGenerations))].sort((a, b) => a - b);
}

/** The variable that holds the key of a generation. @throws RangeError beyond the two that the gateway sends */
export function engineKeyVariable(models: readonly Keyed[], generation: number): string {
  const variable = variables[keyGenerations(models).indexOf(generation)];
  if (variable === undefined)
    throw new RangeError(`engine keys of generation ${generation}: the gateway sends ${maxKeyGenerations}`);
  return variable;
}
