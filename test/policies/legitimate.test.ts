import { expect, it } from "vitest";
import { fixtureValues } from "../support/project.ts";
import { judgeLegitimate } from "../support/run-judge-legitimate.ts";
import { legitimate } from "./legitimate.ts";

it("accepts ten legitimate changes; test/real plans the others", async () => {
  const expected = legitimate(fixtureValues).filter(({ telling }) => telling);
  const judged = await judgeLegitimate("telling");
  expect(judged.map(({ variant }) => variant)).toEqual(
    expected.map(({ environment, what }) => `${environment}: ${what}`),
  );
  expect(judged.length).toBe(10);
  const refused = judged.filter(
    (each) => each.violations.length > 0 || each.mistakes.length > 0 || each.refused !== undefined,
  );
  expect(refused.map(({ aws, ...rest }) => rest)).toEqual([]);
});
