import { Budget as AwsBudget } from "@pulumi/aws/budgets/budget.js";
import * as pulumi from "@pulumi/pulumi";

export interface BudgetArgs {
  readonly environment: string;
  readonly monthlyUsd: number;
  /** E-mail addresses. */
  readonly notify: readonly string[];
}

/** Percentages of the budget at which people hear of it: spent, or by AWS's forecast for the month. */
const notices = [
  { percent: 50, type: "ACTUAL" },
  { percent: 80, type: "ACTUAL" },
  { percent: 100, type: "ACTUAL" },
  { percent: 100, type: "FORECASTED" },
];

/**
 * Notifies when an environment exceeds its monthly budget. It stops nothing: the pools' GPU limits do.
 * AWS counts by a tag only after `Project` and `Environment` were activated once as cost allocation tags, in the
 * billing settings of the paying account; until then the budget stays at zero.
 */
export class Budget extends pulumi.ComponentResource {
  constructor(name: string, args: BudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:budget:Budget", name, {}, opts);
    this.createBudget(name, args);
    this.registerOutputs({});
  }

  private createBudget(name: string, { environment, monthlyUsd, notify }: BudgetArgs) {
    new AwsBudget(
      name,
      {
        name: `gantry-${environment}`,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: monthlyUsd.toFixed(2),
        limitUnit: "USD",
        // What is used, at the price of its day: a purchase for years ahead doesn't hide what an environment costs.
        metrics: "UnblendedCost",
        // Both: another project may call its environment the same, and this one has several.
        filterExpression: {
          ands: [
            { tags: { key: "Project", values: ["gantry"], matchOptions: ["EQUALS"] } },
            { tags: { key: "Environment", values: [environment], matchOptions: ["EQUALS"] } },
          ],
        },
        notifications: notices.map(({ percent, type }) => ({
          comparisonOperator: "GREATER_THAN",
          threshold: percent,
          thresholdType: "PERCENTAGE",
          notificationType: type,
          subscriberEmailAddresses: [...notify],
        })),
      },
      { parent: this },
    );
  }
}
