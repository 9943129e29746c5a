import { expect, it } from "vitest";
import { judgeLegitimate } from "../support/run-judge-legitimate.ts";

it("has nothing to say of any change that somebody may make, as different as plans then are", async () => {
  const judged = await judgeLegitimate("all");
  expect(
    judged.filter(
      ({ violations, mistakes, refused }) =>
        violations.length > 0 || mistakes.length > 0 || refused !== undefined,
    ),
  ).toEqual([]);
  expect(judged.length).toBeGreaterThanOrEqual(50);
  expect(new Set(judged.map(({ resources }) => resources)).size).toBeGreaterThan(15);
});
