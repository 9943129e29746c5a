/** A problem that an `up` or a switch would run into, or something that couldn't be checked. */
export interface PreflightFinding {
  /** The check, such as `quotas`. */
  readonly check: string;
  /** `fault`: it fails. `warning`: it works, and not in every case. `unknown`: it couldn't be checked. */
  readonly level: "fault" | "warning" | "unknown";
  readonly message: string;
  /** The command or request that fixes it, or that shows it. */
  readonly fix: string;
}

/** A finding without the name of its check. */
type Found = Omit<PreflightFinding, "check">;

/** Something read from an account, or the reason why it couldn't be read. */
export type Fact<T> = { readonly value: T } | { readonly unreadable: string };

/** Reads a fact; an error becomes the reason why it couldn't be read. */
export async function fact<T>(read: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    const { name, message } = error as Error;
    return { unreadable: message.startsWith(name) || name === "Error" ? message : `${name}: ${message}` };
  }
}

/**
 * The findings of a check over what was read.
 * @param look the command that reads it
 */
export function findingsOf<T>(
  check: string,
  read: Fact<T>,
  look: string,
  evaluate: (value: T) => readonly Found[],
): PreflightFinding[] {
  if ("unreadable" in read)
    return [{ check, level: "unknown", message: `couldn't check: ${read.unreadable}`, fix: look }];
  return evaluate(read.value).map((found) => ({ check, ...found }));
}

/** A check that reads a fact and evaluates it, when called. Arguments as those of `findingsOf`. */
export function check<T>(
  name: string,
  read: () => Promise<T>,
  look: string,
  evaluate: (value: T) => readonly Found[],
): () => Promise<PreflightFinding[]> {
  return async () => findingsOf(name, await fact(read), look, evaluate);
}

/** For checks whose facts are findings already. */
export function asIs(found: readonly Found[]): readonly Found[] {
  return found;
}
