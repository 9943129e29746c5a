/** A type whose price isn't AWS's; `undefined` where one of the two has none. */
export interface PriceChange {
  readonly name: string;
  readonly ours: number | undefined;
  readonly aws: number | undefined;
}

/** The types whose price differs, the largest relative difference first. Prices in US dollars an hour. */
export function comparePrices(
  ours: ReadonlyMap<string, number | undefined>,
  aws: ReadonlyMap<string, number>,
): readonly PriceChange[] {
  return [...ours]
    .map(([name, price]) => ({ name, ours: price, aws: aws.get(name) }))
    .filter((change) => change.ours !== change.aws)
    .sort((a, b) => difference(b) - difference(a));
}

function difference({ ours, aws }: PriceChange): number {
  return ours === undefined || aws === undefined ? Number.POSITIVE_INFINITY : Math.abs(aws / ours - 1);
}
