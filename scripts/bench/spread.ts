/** The middle one of an odd number of measurements, and the ends. */
export function spread(measurements: readonly number[]) {
  const sorted = measurements.toSorted((a, b) => a - b);
  const [fastest = 0, slowest = 0] = [sorted[0], sorted.at(-1)];
  return { fastest, median: sorted[Math.floor(sorted.length / 2)] ?? 0, slowest };
}

/** The value below which a share of all measurements lies. @param share from 0 to 1 */
export function quantile(measurements: readonly number[], share: number): number {
  const sorted = measurements.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
