import { describe, expect, it } from "vitest";
import { type Plan, planProgram } from "../../scripts/plan/plan.ts";
import { ProgramError } from "../../scripts/plan/program.ts";
import { fixtureRoot } from "./plan.ts";
import { planFixture } from "./plan-fixture.ts";

/** With resources by their URN: siblings are registered as soon as what they wait for is known. */
function inOrder({ resources, implied = [], ...others }: Plan) {
  const [own, added] = [resources, implied].map((all) =>
    Object.fromEntries(all.map((one) => [one.urn, one])),
  );
  return { own, added, ...others };
}

describe("a plan by the process that stays", () => {
  it.each([
    ["dev", false],
    ["dev", true],
    ["prod", true],
  ])(
    "is that of a process of its own, and so is the next: %s, deployed %s",
    async (environment, deployed) => {
      const args = { environment, deployed };
      const expected = inOrder(await planProgram({ root: fixtureRoot, ...args }));
      expect(inOrder(await planFixture(args))).toEqual(expected);
      expect(inOrder(await planFixture(args))).toEqual(expected);
    },
  );

  it("fails with the program's own words, and harms no other", async () => {
    const edit = () => ({ "aws:region": "nowhere" });
    const args = { root: fixtureRoot, environment: "dev", edit };
    const words = await planProgram(args).catch((error: Error) => error);
    expect(words).toBeInstanceOf(ProgramError);
    const [first, second] = await Promise.allSettled([
      planFixture({ environment: "dev", edit }),
      planFixture({ environment: "dev" }),
    ]);
    expect(first).toEqual({ status: "rejected", reason: words });
    expect(second.status).toBe("fulfilled");
  });
});
