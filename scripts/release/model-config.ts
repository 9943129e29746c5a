/**
 * What is read of a model's `config.json`. The names are those of the transformers library, and other libraries' where
 * a model card uses them.
 */
export interface ModelConfig {
  readonly model_type?: unknown;
  readonly text_config?: ModelConfig;
  readonly quantization_config?: Readonly<Record<string, unknown>>;
  readonly rope_scaling?: Readonly<Record<string, unknown>> | null;
  readonly [key: string]: unknown;
}

/** A model that this command can't describe, and why. */
export class UnsupportedModelError extends Error {
  constructor(reason: string) {
    super(
      `${reason}. Nothing was written: a figure that is wrong makes a model fit that doesn't. ` +
        "Copy a file in stacks/releases and fill it in from an engine's startup log",
    );
  }
}

/** A whole number of the configuration, under the first of these names. @throws UnsupportedModelError where none has one */
export function numberIn(config: ModelConfig, ...names: readonly string[]): number {
  const found = optionalNumber(config, ...names);
  if (found === undefined) throw new UnsupportedModelError(`config.json has no number under ${names[0]}`);
  return found;
}

/** The same where it may be missing: `undefined` also for null. @throws UnsupportedModelError for anything else */
export function optionalNumber(config: ModelConfig, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = config[name];
    if (value === undefined || value === null) continue;
    if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
    throw new UnsupportedModelError(`${name} of config.json is ${JSON.stringify(value)}, not one number`);
  }
  return undefined;
}
