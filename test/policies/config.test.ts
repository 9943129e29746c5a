import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configure } from "../../policies/framework/settings.ts";
import { plain } from "../../policies/framework/value.ts";
import { rules } from "../../policies/rules/index.ts";
import { fixturePlan, fixturePlans, fixtureRoot } from "../support/plan.ts";
import { policyConfiguration } from "../support/rules.ts";

const environments = readdirSync(join(fixtureRoot, "policies/config")).map((file) => basename(file, ".json"));

describe.each(environments)("what %s says about rules", (environment) => {
  const configured = Object.entries(policyConfiguration(fixtureRoot, environment));

  it("names rules of the pack, with levels and settings that they have", () => {
    for (const [name, given] of configured) {
      const { enforcementLevel = "mandatory", ...settings } =
        typeof given === "string" ? { enforcementLevel: given } : given;
      expect(["advisory", "mandatory", "disabled"]).toContain(enforcementLevel);
      const rule = rules.find((one) => one.name === name);
      expect([name, rule?.name]).toEqual([name, name]);
      const problems = configure(rule?.config ?? {}, plain(settings) as Record<string, never>).problems;
      expect([name, problems]).toEqual([name, []]);
    }
  });

  it("reaches the pack", () => {
    const levels = new Map(
      fixturePlan(environment).policyReport.diagnostics.map(({ rule, level }) => [rule, level]),
    );
    for (const [name, given] of configured)
      if (given === "disabled") expect([name, levels.get(name)]).toEqual([name, undefined]);
  });
});

it("leaves out the protection from deletion exactly where the environment isn't protected", () => {
  for (const { environment, config } of fixturePlans()) {
    const isLeftOut = policyConfiguration(fixtureRoot, environment)["deletion-protected"] === "disabled";
    expect([environment, isLeftOut]).toEqual([environment, config["gantry:protect"] === false]);
  }
});
