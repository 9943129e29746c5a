/**
 * Standard deviations that chance has to be away. A step is looked at hundreds of times while its counts grow, so the
 * usual two would send every other good canary back; with four it is one of a hundred (by simulation, in the tests).
 */
export const deviations = 4;

/** Something that happened in some of so many cases. */
export interface Counted {
  readonly failed: number;
  readonly of: number;
}

/**
 * How much larger the first share is at least, chance taken into account: the lower end of Newcombe's interval for a
 * difference of two proportions, which is built of Wilson's and holds for few cases and for none that failed. A mean
 * of scores between 0 and 1 varies no more than a share does, so it holds for those, too. [Newcombe 1998, method 10]
 * @param z standard deviations
 */
export function leastDifference(first: Counted, second: Counted, z = deviations): number {
  const [a, b] = [first.failed / first.of, second.failed / second.of];
  return a - b - Math.hypot(a - wilson(first, -z), wilson(second, z) - b);
}

/** An end of Wilson's interval for a share. @param z deviations below (negative) or above */
function wilson({ failed, of }: Counted, z: number): number {
  const share = failed / of;
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return (share + (z * z) / (2 * of) + spread) / (1 + (z * z) / of);
}
