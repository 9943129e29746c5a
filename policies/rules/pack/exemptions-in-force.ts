import {
  anyResource,
  type Exemption,
  exemptionProblems,
  holdsIn,
  maxExemptionDays,
  parseFindingId,
} from "../../framework/exemption.ts";
import { readsType, type Stack, type StackFinding, type StackRule } from "../../framework/rule.ts";

export const exemptionsInForce: StackRule = {
  name: "exemptions-in-force",
  title: "Exemptions are complete, current and name an existing rule and resource.",
  why: "An exemption without an end disables its rule; one whose resource doesn't exist hides the next finding of that name.",
  fix: "Fix the finding and delete the entry in policies/exemptions.ts, or give it a new reason and date.",
  severity: "high",
  relatedChecks: { none: "the studied tools have no end date for a suppression" },
  resourceTypes: ["*"],
  example: {
    good: '{ finding: "gpu-pool-capped[batch#spec.limits.nvidia.com/gpu]", environments: ["dev"], reason: "load test of the week of 3 November", owner: "serving", expires: "2026-11-10" }',
    bad: '{ finding: "gpu-pool-capped[*#*]", environments: [], reason: "later", owner: "", expires: "2099-01-01" }',
  },

  checkStack(stack) {
    return stack.exemptions.flatMap((exemption, index): StackFinding[] => {
      const problems = exemptionProblems(exemption, stack.today);
      const all = problems.length > 0 ? problems : missing(exemption, stack);
      if (all.length === 0) return [];
      return [
        {
          path: `exemptions.${index}`,
          where: `exemption ${index}`,
          problem: all.join(", "),
          allowed: `one finding, of one resource or of each (*), environments, a reason, an owner, and an expiry within ${maxExemptionDays} days`,
        },
      ];
    });
  },
};

/** What a well-formed exemption names that doesn't exist. Resources are checked only in the environments it is for. */
function missing(exemption: Exemption, { rules, resources, environment }: Stack): string[] {
  const { finding, type } = exemption;
  const id = parseFindingId(finding);
  const rule = rules.find(({ name }) => name === id?.rule);
  if (rule === undefined) return ["its rule does not exist"];
  // A finding about the whole stack has no resource, and an exemption for every resource needs none.
  if (!holdsIn(exemption, environment) || id?.resource === "stack" || id?.resource === anyResource) return [];
  const named = resources.filter((one) => one.name === id?.resource && readsType(rule, one.type));
  const types = named.map((one) => one.type);
  const meant = types.filter((one) => type === undefined || one === type);
  const name = type === undefined ? "name" : "name and type";
  if (meant.length === 0) return [`no resource that its rule reads has this ${name}`];
  if (meant.length === 1) return [];
  const remedy =
    type === undefined && new Set(types).size > 1 ? `; set type to one of ${types.join(", ")}` : "";
  return [`${meant.length} resources that its rule reads have this ${name}${remedy}`];
}
