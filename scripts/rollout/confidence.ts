/** Something that happened in some of so many cases. */
export interface Counted {
  readonly failed: number;
  readonly of: number;
}

/**
 * Standard errors by which an excess over the limit is taken for real with `decisiveAnswers` of the canary. A step is
 * looked at hundreds of times while its counts grow, which would abort many a good canary: with fewer answers the
 * boundary is higher, as O'Brien and Fleming (1979) spend their error over repeated looks, so that few answers abort
 * only what is far over its limit; with more it rises slowly, for the looks that follow. Simulated in the tests: a
 * canary at +0.7 points of an allowed 1 is aborted in at most 2 % of the steps, one at +3 points in at least 95 % by
 * its thousandth answer, where live has three times as many and fails in up to 1 %.
 */
const decisiveErrors = 2;
const decisiveAnswers = 1000;

function errorsNeeded(answers: number): number {
  const share = answers / decisiveAnswers;
  return share < 1 ? decisiveErrors / Math.sqrt(share) : decisiveErrors + Math.log(share) / 4;
}

/**
 * Whether the first share exceeds the second by more than a margin, and not by chance: the score test of a difference
 * of proportions against a margin, with the variance that both shares would have if the difference were the margin
 * [Dunnett and Gent 1977, Biometrics 33:593]. A mean of scores between 0 and 1 varies no more than a share, so it holds
 * for those as well.
 */
export function exceeds(first: Counted, second: Counted, margin: number): boolean {
  return standardErrorsOver(first, second, margin) > errorsNeeded(first.of);
}

/** By how many standard errors the difference of two shares is over a margin. */
export function standardErrorsOver(first: Counted, second: Counted, margin: number): number {
  const pooled = (first.failed + second.failed - margin * first.of) / (first.of + second.of);
  const below = Math.min(Math.max(pooled, 0), 1 - margin);
  const above = below + margin;
  const variance = (above * (1 - above)) / first.of + (below * (1 - below)) / second.of;
  const excess = first.failed / first.of - second.failed / second.of - margin;
  return variance > 0 ? excess / Math.sqrt(variance) : Math.sign(excess) * Number.POSITIVE_INFINITY;
}

/**
 * Standard deviations of a quantile's interval on each side: an interval of the canary that lies past the limit of
 * live's is no chance, also not of hundreds of looks.
 */
export const deviations = 4;
