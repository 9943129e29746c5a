/** Something that an `up` or a switch would run into, or that couldn't be looked at. */
export interface PreflightFinding {
  /** What was looked at, such as `quotas`. */
  readonly check: string;
  /** `fault`: it fails. `warning`: it works, and not in every case. `unknown`: it couldn't be checked. */
  readonly level: "fault" | "warning" | "unknown";
  readonly message: string;
  /** The command or request that mends it, or that shows it. */
  readonly fix: string;
}

/** A finding before it is known which check had it. */
type Found = Omit<PreflightFinding, "check">;

/** What was read of an account, or why it couldn't be. */
export type Fact<T> = { readonly value: T } | { readonly unreadable: string };

/** Reads a fact; what is thrown is the reason why not. */
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
export function judged<T>(
  check: string,
  read: Fact<T>,
  look: string,
  judge: (value: T) => readonly Found[],
): PreflightFinding[] {
  if ("unreadable" in read)
    return [{ check, level: "unknown", message: `couldn't look: ${read.unreadable}`, fix: look }];
  return judge(read.value).map((found) => ({ check, ...found }));
}

/** A check that reads a fact and judges it, when it is called. Arguments as those of `judged`. */
export function check<T>(
  name: string,
  read: () => Promise<T>,
  look: string,
  judge: (value: T) => readonly Found[],
): () => Promise<PreflightFinding[]> {
  return async () => judged(name, await fact(read), look, judge);
}

/** For checks that read findings. */
export function asIs(found: readonly Found[]): readonly Found[] {
  return found;
}
