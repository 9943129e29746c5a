import type { Finding, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings, string } from "../../framework/settings.ts";
import { at, elements, isFields, isList, orUnknown, type Value } from "../../framework/value.ts";

const budget = "aws:budgets/budget:Budget";
const settings = {
  projectTag: string("The cost allocation tag that identifies the project.", {
    pattern: "^[A-Za-z][\\w:.-]{0,127}$",
    default: "Project",
  }),
  maxMonthlyUsd: integer("Highest limit of a budget in US dollars, above which it limits nothing.", {
    minimum: 1,
    maximum: 1_000_000_000,
    default: 1_000_000,
  }),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const budgetAlertPresent: StackRule<typeof settings> = {
  name: "budget-alert-present",
  title: "A budget notifies its subscribers before the month's limit is exceeded.",
  why: "A GPU node costs dollars an hour; without a budget notification, a runaway autoscaler is noticed on the invoice.",
  fix: "Add a COST budget with a limit, a filter on the project's tag, and an ACTUAL notification at 100 % or less with a subscriber.",
  severity: "medium",
  relatedChecks: { none: "the studied tools don't require a budget" },
  resourceTypes: [budget],
  example: {
    good: "notifications: [{ notificationType: ACTUAL, comparisonOperator: GREATER_THAN, threshold: 80, thresholdType: PERCENTAGE, subscriberEmailAddresses: [oncall@example.com] }]",
    bad: "notifications: []",
  },
  config: settings,

  *checkStack({ resources }, config) {
    const checked = resources.map((resource) => ({
      resource,
      findings: [...problems(resource.props, config)],
    }));
    if (checked.some(({ findings }) => findings.length === 0)) return;
    if (checked.length === 0)
      yield {
        path: "budget",
        problem: "the stack has no budget",
        allowed: "a cost budget with a notification and a subscriber",
      };
    for (const { resource, findings } of checked)
      for (const finding of findings) yield { ...finding, resource };
  },
};

/** Why a budget notifies no subscriber in time; of several budgets one is enough. */
function* problems(props: Value, { projectTag, maxMonthlyUsd }: Config): Iterable<Finding> {
  const limit = at(props, "limitAmount");
  if (at(props, "budgetType") !== "COST")
    yield { path: "budgetType", problem: "the budget tracks something other than cost", allowed: "COST" };
  const amount = typeof limit === "string" && /^\d{1,12}(?:\.\d{1,6})?$/.test(limit) ? Number(limit) : 0;
  if (amount === 0 || amount > maxMonthlyUsd)
    yield {
      path: "limitAmount",
      problem: amount === 0 ? "the budget has no limit above 0" : "the limit is too high to limit anything",
      allowed: `an amount of money up to maxMonthlyUsd, ${maxMonthlyUsd}, known at preview`,
    };
  if (!picksTag(at(props, "filterExpression"), projectTag) && !namesTag(at(props, "costFilters"), projectTag))
    yield {
      path: "filterExpression",
      problem: `the budget isn't filtered to resources with the tag ${projectTag}`,
      allowed: `an expression on the tag ${projectTag}, alone or within ands`,
    };
  if (!orUnknown(elements(at(props, "notifications"))).some(notifiesInTime))
    yield {
      path: "notifications",
      problem: "no notification is sent when the limit is reached",
      allowed: "an ACTUAL notification, GREATER_THAN 100 PERCENTAGE or less, with a subscriber",
    };
}

/** Whether an expression matches only resources with the tag: every part of `ands` must match, but not of `ors`. */
function picksTag(expression: Value, tag: string): boolean {
  const tags = at(expression, "tags");
  const options = at(tags, "matchOptions");
  if (at(tags, "key") === tag && isFilled(at(tags, "values")))
    // Unset is EQUALS. [AWS Cost Explorer API, TagValues]
    return options === undefined || (isList(options) && options.every((option) => option === "EQUALS"));
  const ands = at(expression, "ands");
  return isList(ands) && ands.some((inner) => picksTag(inner, tag));
}

/** The older form: `user:<tag>$<value>`; without a value it matches resources that lack the tag. [AWS Budgets API, CostFilters] */
function namesTag(filters: Value, tag: string): boolean {
  const start = `user:${tag}$`;
  if (!isList(filters)) return false;
  return filters.some((filter) => {
    const values = at(filter, "values");
    return (
      at(filter, "name") === "TagKeyValue" &&
      isFilled(values) &&
      values.every((value) => typeof value === "string" && value.startsWith(start) && value !== start)
    );
  });
}

function notifiesInTime(notification: Value): boolean {
  const threshold = at(notification, "threshold");
  const subscribers = ["subscriberEmailAddresses", "subscriberSnsTopicArns"];
  return (
    isFields(notification) &&
    at(notification, "notificationType") === "ACTUAL" &&
    at(notification, "comparisonOperator") === "GREATER_THAN" &&
    at(notification, "thresholdType") === "PERCENTAGE" &&
    typeof threshold === "number" &&
    threshold > 0 &&
    threshold <= 100 &&
    subscribers.some((name) => isFilled(at(notification, name)))
  );
}

/** A list without empty elements; a topic's ARN need not be known yet. */
function isFilled(list: Value): list is readonly Value[] {
  return isList(list) && list.length > 0 && list.every((one) => one !== undefined && one !== "");
}
