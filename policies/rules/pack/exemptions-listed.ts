import { inForce } from "../../framework/exemption.ts";
import type { StackRule } from "../../framework/rule.ts";

export const exemptionsListed: StackRule = {
  name: "exemptions-listed",
  title: "Exemptions in force are shown.",
  why: "Whoever reads a preview should see what is exempted, not only whoever wrote the exemption.",
  fix: "Fix what is exempted before the exemption ends; until then there is nothing to do.",
  severity: "low",
  level: "advisory",
  relatedChecks: { none: "the studied tools pass over what is exempted in silence" },
  resourceTypes: ["*"],
  example: { good: "no exemption", bad: "an exemption that holds until 2026-11-10" },
  config: {},

  checkStack({ exemptions, environment, today }) {
    return exemptions.flatMap((exemption, index) =>
      inForce(exemption, environment, today)
        ? [
            {
              path: `exemptions.${index}`,
              where: `exemption ${index}`,
              problem: `${exemption.finding} is exempted until ${exemption.expires} (owner: ${exemption.owner})`,
              allowed: `until ${exemption.expires}`,
            },
          ]
        : [],
    );
  },
};
