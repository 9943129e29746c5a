import { expect, it } from "vitest";
import { shippedPlans } from "../support/plan.ts";

/** What users make of the project's own environments is theirs: they have to plan and pass, and nothing else. */
it.each(shippedPlans().map((plan) => [plan.environment, plan] as const))(
  "the environment %s violates no rule",
  (_, { judgement }) => {
    expect(judgement.verdicts.filter(({ level }) => level === "mandatory")).toEqual([]);
  },
);
