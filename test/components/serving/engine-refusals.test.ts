import { describe, expect, it } from "vitest";
import { fitProblems } from "../../../stacks/fit-consistency.ts";
import { releaseProblems } from "../../../stacks/release-consistency.ts";
import { engineCases } from "./engine-refusals.ts";

/** `test/real/engine.test.ts` asks the engine's own code the same questions. */
describe("what the engine would refuse", () => {
  it.each(engineCases.map((one) => [one.refused ? "refused" : "accepted", one.what, one] as const))(
    "is %s: %s",
    (_, __, { release, instance, refused }) => {
      const pool = { instanceTypes: [instance], capacity: ["on-demand" as const], maxGpus: 8 };
      const problems = [
        ...releaseProblems(release).map(({ path, message }) => `${path}: ${message}`),
        ...fitProblems(release, pool, { min: 1, max: 1 }),
      ];
      expect([problems.length > 0, problems]).toEqual([refused, problems]);
    },
  );

  it("covers backends, kernels, parsers, splits and host memory", () => {
    expect(engineCases.length).toBeGreaterThanOrEqual(40);
    expect(new Set(engineCases.map(({ what, instance }) => `${what} ${instance}`)).size).toBe(
      engineCases.length,
    );
  });
});
