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
