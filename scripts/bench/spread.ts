/** The middle one of an odd number of measurements, and the ends. */
export function spread(measurements: readonly number[]) {
  const sorted = measurements.toSorted((a, b) => a - b);
  const [fastest = 0, slowest = 0] = [sorted[0], sorted.at(-1)];
  return { fastest, median: sorted[Math.floor(sorted.length / 2)] ?? 0, slowest };
}
