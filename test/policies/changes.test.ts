import { describe, expect, it } from "vitest";
import { fixturePlan, fixtureRoot } from "../support/plan.ts";
import { Judge, type PolicyConfiguration, policyConfiguration } from "../support/rules.ts";
import { planned } from "./additions.ts";
import { changes } from "./changes.ts";

describe("what a platform team adds to the stack", () => {
  const { resources } = fixturePlan("prod");
  const judge = new Judge(resources, policyConfiguration(fixtureRoot, "prod"));
  const before = new Set(judge.all());

  it("is of more than eighty kinds, each named once", () => {
    const names = changes.map(({ what }) => what);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(80);
  });

  it.each(changes.map((change) => [change.what, change] as const))(
    "is let through, with what a message says where something has to be configured: %s",
    (_, { adds, configured = {} }) => {
      const added = planned(adds, resources);
      const refusals = (configuration: PolicyConfiguration) => {
        const own = judge.configured(configuration);
        const found = own.plus(added).filter((finding) => own.isMandatory(finding) && !before.has(finding));
        return found.map((finding) => own.message(finding));
      };
      expect(refusals(configured)).toEqual([]);

      // Each setting is needed, and what is refused without it says its name.
      for (const [rule, settings] of Object.entries(configured)) {
        const { [rule]: _taken, ...others } = configured;
        const without = refusals(others);
        expect([rule, without.length > 0]).toEqual([rule, true]);
        for (const message of without)
          for (const setting of Object.keys(settings)) expect(message).toContain(setting);
      }
    },
  );
});
