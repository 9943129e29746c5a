/** Something that happened in some of so many cases. */
export interface Counted {
  readonly failed: number;
  readonly of: number;
}

/**
 * Which part of its limit a canary may use without being aborted by chance: at the end of a step one at that part is
 * aborted in 2 % of the cases, one at the limit itself in 10 %. Both tests apply, since the first decides on few answers
 * and the second on many.
 */
const insideShare = 0.7;
const insideDeviations = 2.15;
const limitDeviations = 1.28;

/**
 * Before and after the end of its step, a canary is aborted only for what chance hardly ever does, since a step is
 * evaluated hundreds of times and each evaluation is a chance to be wrong [Haybittle 1971, Br J Radiol 44:793; Peto
 * 1976, Br J Cancer 34:585, with 3 deviations for a handful of evaluations].
 */
const anytimeDeviations = 3.7;

/**
 * Whether the first share exceeds the second by more than a limit, and not by chance.
 *
 * How sure that can be is bounded by nature. Even a test that knows live's share exactly finds a canary at +3 points by
 * 1,000 answers, with 1 allowed, in 95 % of the cases only where live fails in up to about 2 %; where live fails in 5 %,
 * in 81 %. This one aborts a canary at +0.7 in at most 2 % of the steps for a live slot that fails in 0 to 5 %, and one
 * at +3 in 97 % (live fails in 1 %, 3 times as many answers), 77 % (5 %, 19 times as many) or 47 % (5 %, as many):
 * `npm run bench -- rollout` prints the table.
 *
 * @param decisive whether this is the one evaluation at the end of the step
 */
export function exceeds(first: Counted, second: Counted, limit: number, decisive: boolean): boolean {
  const over = deviationsOver(first, second, limit);
  if (over > anytimeDeviations) return true;
  if (!decisive || over <= limitDeviations) return false;
  return deviationsOver(first, second, insideShare * limit) > insideDeviations;
}

/**
 * By how many standard deviations the difference of two shares is over a margin: the signed root of the
 * likelihood-ratio statistic, which unlike a score stays true with a handful of failures [Barndorff-Nielsen 1986,
 * Biometrika 73:307]. A mean of scores between 0 and 1 varies no more than a share, so it holds for those as well.
 * @param margin from 0 to 1
 */
export function deviationsOver(first: Counted, second: Counted, margin: number): number {
  const [high, low] = [first.failed / first.of, second.failed / second.of];
  const restricted = likeliestShare(first, second, margin);
  const ratio =
    logLikelihood(first, high) +
    logLikelihood(second, low) -
    logLikelihood(first, restricted + margin) -
    logLikelihood(second, restricted);
  return Math.sign(high - low - margin) * Math.sqrt(2 * Math.max(0, ratio));
}

/** The second share that makes both counts likeliest if the first is higher by the margin; their likelihood has one top. */
function likeliestShare(first: Counted, second: Counted, margin: number): number {
  let [below, above] = [0, 1 - margin];
  for (let halving = 0; halving < 50; halving++) {
    const share = (below + above) / 2;
    if (slope(first, share + margin) + slope(second, share) > 0) below = share;
    else above = share;
  }
  return (below + above) / 2;
}

function slope({ failed, of }: Counted, share: number): number {
  return failed / share - (of - failed) / (1 - share);
}

function logLikelihood({ failed, of }: Counted, share: number): number {
  return (
    (failed > 0 ? failed * Math.log(share) : 0) + (of > failed ? (of - failed) * Math.log(1 - share) : 0)
  );
}

/**
 * Standard deviations of a quantile's interval on each side: an interval of the canary that lies past the limit of
 * live's is not chance, also not of hundreds of evaluations.
 */
export const quantileDeviations = 4;
