import { inForce } from "../../framework/exemption.ts";
import type { StackRule } from "../../framework/rule.ts";

export const exemptionsListed: StackRule = {
  name: "exemptions-listed",
  title: "Exemptions in force are listed.",
  why: "Every reader of a preview should see what is exempted, not only the author of the exemption.",
  fix: "Fix the finding before the exemption expires; until then no action is needed.",
  severity: "low",
  level: "advisory",
  relatedChecks: { none: "the studied tools don't list what is exempted" },
  resourceTypes: ["*"],
  example: { good: "no exemption", bad: "an exemption that holds until 2026-11-10" },

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
