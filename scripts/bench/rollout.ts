import { type Counted, exceeds } from "../rollout/confidence.ts";
import { table } from "../table.ts";

/** Limit, a canary inside it, and one 2 points over it: differences to live's share. */
const [limit, inside, over] = [0.01, 0.007, 0.03] as const;
const shares = [0, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05] as const;
/** Answers of live for one of the canary: it has 50, 25 and 5 % of the callers. */
const ratios = [1, 3, 19] as const;
const evaluations = 80;
const answers = 1000;

/**
 * Prints how often a step is aborted by chance and how often rightly, simulated, next to the best that any test could
 * reach that knows live's share.
 */
export function measureRollout(steps = 4000): void {
  const random = xoshiro(0x2545f491);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const rows = shares.flatMap((live) =>
    ratios.map((ratio) => {
      const aborted = (canary: number, of: number) =>
        abortedShare({ live, canary, ratio, of, steps }, random);
      return [
        percent(live),
        `${ratio} to 1`,
        ...[200, 1000, 3000].map((of) => percent(aborted(live + inside, of))),
        percent(aborted(live + over, answers)),
        percent(bestPower(live + inside, live + over)),
      ];
    }),
  );
  const head = [
    "live fails",
    "live to canary",
    "+0.7, 200",
    "+0.7, 1000",
    "+0.7, 3000",
    "+3, 1000",
    "best +3",
  ];
  console.log(
    `\nRollout: steps aborted, of ${steps} each, with 1 point allowed and so many answers of the canary`,
  );
  console.log(table([head, ...rows], [2, 3, 4, 5, 6]).join("\n"));
}

interface SimulatedStep {
  readonly live: number;
  readonly canary: number;
  readonly ratio: number;
  /** Answers of the canary at the end of the step. */
  readonly of: number;
  readonly steps: number;
}

function abortedShare({ live, canary, ratio, of, steps }: SimulatedStep, random: () => number): number {
  let aborted = 0;
  for (let step = 0; step < steps; step++) {
    let first: Counted = { failed: 0, of: 0 };
    let second = first;
    for (let number = 1; number <= evaluations; number++) {
      const more = Math.round((of * number) / evaluations) - first.of;
      first = add(first, more, canary, random);
      second = add(second, more * ratio, live, random);
      if (first.of < 20 || !exceeds(first, second, limit, number === evaluations)) continue;
      aborted++;
      break;
    }
  }
  return aborted / steps;
}

function add({ failed, of }: Counted, more: number, share: number, random: () => number): Counted {
  return { failed: failed + binomial(more, share, random), of: of + more };
}

/** Failures of independent answers, by the gaps between them. [Devroye 1986, X.4.3] */
function binomial(of: number, share: number, random: () => number): number {
  if (share === 0) return 0;
  let [failed, at] = [0, 0];
  for (;;) {
    at += Math.floor(Math.log(1 - random()) / Math.log1p(-share)) + 1;
    if (at > of) return failed;
    failed++;
  }
}

/**
 * How often the most powerful test that takes the lower share for the higher one in 2 % of the cases finds the higher
 * one: it counts the canary's failures alone, since live's share is known. [Neyman and Pearson 1933]
 */
function bestPower(lower: number, higher: number): number {
  let [level, power] = [0, 0];
  for (let failed = answers; failed >= 0; failed--) {
    const chance = probability(failed, lower);
    if (level + chance > 0.02) return power + ((0.02 - level) / chance) * probability(failed, higher);
    level += chance;
    power += probability(failed, higher);
  }
  return power;
}

function probability(failed: number, share: number): number {
  let log = failed * Math.log(share) + (answers - failed) * Math.log1p(-share);
  for (let index = 1; index <= failed; index++) log += Math.log((answers - failed + index) / index);
  return Math.exp(log);
}

/** Numbers from 0 to 1, the same each time. [Blackman and Vigna 2018, xoshiro128**, seeded by splitmix32] */
function xoshiro(seed: number): () => number {
  const split = () => {
    seed = (seed + 0x9e3779b9) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let [a, b, c, d] = [split(), split(), split(), split()];
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return (result >>> 0) / 2 ** 32;
  };
}
