import { expect, it } from "vitest";
import { at, find, fixturePlan } from "../../support/plan.ts";

it("tells people when this environment's cost nears its budget, spent or foreseen", () => {
  const budget = find(fixturePlan("prod"), "aws:budgets/budget:Budget", "budget");
  expect(budget.inputs).toMatchObject({ budgetType: "COST", timeUnit: "MONTHLY", limitAmount: "75000.00" });
  expect(at(budget, "filterExpression.ands")).toEqual([
    { tags: { key: "Project", values: ["gantry"], matchOptions: ["EQUALS"] } },
    { tags: { key: "Environment", values: ["prod"], matchOptions: ["EQUALS"] } },
  ]);
  const notices = at(budget, "notifications") as { threshold: number; notificationType: string }[];
  expect(notices.map(({ threshold, notificationType }) => `${threshold} ${notificationType}`)).toEqual([
    "50 ACTUAL",
    "80 ACTUAL",
    "100 ACTUAL",
    "100 FORECASTED",
  ]);
  expect(notices).toEqual(
    notices.map((notice) => ({ ...notice, subscriberEmailAddresses: ["oncall@example.com"] })),
  );
});
