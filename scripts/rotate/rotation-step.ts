/** The next step of a rotation. It follows from the stack's file and Secrets Manager alone, so that it can be interrupted anywhere. */
export interface RotationStep {
  /** A setting of the stack's file, after `gantry:`, and its new value. */
  readonly edit?: { readonly path: readonly string[]; readonly value: number | readonly number[] };
  /** A provider whose new key is read from standard input. */
  readonly put?: string;
  /** What to do next, a line each. */
  readonly after: readonly string[];
}

export interface RotationArgs {
  /** As it was typed: `tenants/web`, `models/chat`, `openai`, `gateway-master-key`. */
  readonly secret: string;
  /** Whether every client has the new value, so that the one before may go. */
  readonly finish: boolean;
  /** Whether a secret has a value, by its name in Secrets Manager. */
  readonly exists: (name: string) => Promise<boolean>;
}
