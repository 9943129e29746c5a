import { type Exemption, inForce } from "../../framework/exemption.ts";
import type { StackRule } from "../../framework/rule.ts";

/**
 * Advisory, because `pulumi up --target` doesn't analyze every resource. `npm start` does, and there it is mandatory.
 */
export const exemptionsNeeded: StackRule = {
  name: "exemptions-needed",
  title: "Every exemption in force matches a finding.",
  why: "An exemption that outlived its finding hides the next finding of that name, for which no reason was given.",
  fix: "Delete the entry in policies/exemptions.ts, or remove this environment from it.",
  severity: "medium",
  level: "advisory",
  relatedChecks: { none: "the studied tools don't say when a suppression no longer suppresses anything" },
  resourceTypes: ["*"],
  example: {
    good: "an exemption of gpu-pool-capped[batch#spec.limits.nvidia.com/gpu] while pool batch has no limit",
    bad: "the same after pool batch was given its limit",
  },

  checkStack({ exemptions, used, environment, today }) {
    return exemptions.flatMap((exemption, index) =>
      isExpectedHere(exemption, environment, today) && !used.has(exemption)
        ? [
            {
              path: `exemptions.${index}`,
              where: `exemption ${index}`,
              problem: `no finding matches ${exemption.finding}`,
              allowed: "exemptions of findings that exist in each environment they name",
            },
          ]
        : [],
    );
  },
};

/** An exemption for all environments may be for a finding that only some of them have. */
function isExpectedHere(exemption: Exemption, environment: string, today: string): boolean {
  return exemption.environments !== "all" && inForce(exemption, environment, today);
}
