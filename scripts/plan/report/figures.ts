import type { MemoryFit } from "../../../components/capacity/memory-fit.ts";

/** A count that lies between two: `2–4`, or `2` where they are the same. */
export function countRange(min: number, max: number): string {
  return min === max ? String(min) : `${min}–${max}`;
}

/** What a replica takes of a GPU, in GiB, as a sum: weights + reserve + KV cache. */
export function memorySum({
  weightsGiB,
  reserveGiB,
  kvGiB,
}: Pick<MemoryFit, "weightsGiB" | "reserveGiB" | "kvGiB">): string {
  return [weightsGiB, reserveGiB, kvGiB].map((value) => value.toFixed(1)).join(" + ");
}

/**
 * Whether a replica surely holds one request of full length, at the low end of the estimate's band: the engine refuses
 * to start without.
 */
export function holdsOneContext({
  concurrentSequences,
  bandPercent,
}: Pick<MemoryFit, "concurrentSequences" | "bandPercent">): boolean {
  return concurrentSequences * (1 - bandPercent / 100) >= 1;
}

/** An amount that lies between two, in US dollars: `1.01–4.02`. */
export function dollarRange(
  { min, max }: { readonly min: number; readonly max: number },
  digits: number,
): string {
  const shown = (usd: number) =>
    usd.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return min === max ? shown(min) : `${shown(min)}–${shown(max)}`;
}

/** Whole US dollars: `1,485`. */
export function wholeDollars(usd: number): string {
  return thousands(Math.round(usd));
}

/** A number with its thousands apart: `97,895`. */
export function thousands(value: number): string {
  return value.toLocaleString("en-US");
}
