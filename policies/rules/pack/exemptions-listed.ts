import { inForce } from "../../framework/exemption.ts";
import type { StackRule } from "../../framework/rule.ts";

export const exemptionsListed: StackRule = {
  name: "exemptions-listed",
  title: "Exemptions that hold are shown.",
  why: "What is let pass should be seen by whoever reads a preview, not only by whoever wrote the exemption.",
  fix: "Nothing to do before its end; then fix what was exempted.",
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
              problem: `${exemption.finding} is let pass until ${exemption.expires}`,
              allowed: `until then, by ${exemption.owner}`,
            },
          ]
        : [],
    );
  },
};
