import { expect, it } from "vitest";
import { quantile } from "../../scripts/quantile.ts";

it.each([
  [[1, 2, 3, 4], 0.5, 2],
  [[4, 3, 2, 1], 0.99, 4],
  [[7], 0.5, 7],
  [[], 0.5, undefined],
])("takes quantiles by nearest rank: %j at %d", (values, share, expected) => {
  expect(quantile(values, share)).toBe(expected);
});
