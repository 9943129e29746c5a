import { budgetAlertPresent as rule } from "../../../../policies/rules/cost/budget-alert-present.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { budget, notice, projectTag } from "../../fixtures/cost.ts";

const telling = (more: { readonly [field: string]: Wire }) =>
  budget({ notifications: [{ ...notice, ...more }] });
const filtered = (filterExpression: Wire) => budget({ filterExpression });
const older = (costFilters: Wire) => budget({ filterExpression: null, costFilters });
const matching = (...matchOptions: readonly string[]) =>
  filtered({ tags: { ...(projectTag.tags as object), matchOptions } });
const gantry = { name: "TagKeyValue", values: ["user:Project$gantry"] };
const environment = { tags: { key: "Environment", values: ["dev"] } };
const forecast = { ...notice, notificationType: "FORECASTED" };
const notices = ["budget#notifications"];
const filter = ["budget#filterExpression"];
const limit = ["budget#limitAmount"];
const type = ["budget#budgetType"];

cases(rule, {
  passes: [
    ["a budget with a notification", budget({})],
    ["one notification of several", budget({ notifications: [forecast, unknown, notice] })],
    [
      "a topic that isn't made yet",
      telling({ subscriberEmailAddresses: null, subscriberSnsTopicArns: [unknown] }),
    ],
    ["a high limit", budget({ limitAmount: "1000000" })],
    ["a higher one", budget({ limitAmount: "2000000" }), { config: { maxMonthlyUsd: 3_000_000 } }],
    ["a tag among others", filtered({ ands: [environment, projectTag] })],
    ["word of it at the limit", telling({ threshold: 100 })],
    ["a tag that is said to be equal", matching("EQUALS")],
    ["the older filter", older([gantry])],
    ["the older filter among others", older([{ name: "Region", values: ["eu-central-1"] }, gantry])],
    ["a secret limit", budget({ limitAmount: secret("10") })],
    ["one good budget of two", [budget({ budgetType: "USAGE" }), { ...budget({}), name: "more" }]],
    [
      "another tag, where the environment has another",
      filtered({ tags: { key: "Team", values: ["a"] } }),
      { config: { projectTag: "Team" } },
    ],
  ],
  reports: [
    ["no subscriber", telling({ subscriberEmailAddresses: [] }), notices],
    ["an empty address", telling({ subscriberEmailAddresses: [""] }), notices],
    [
      "an unset address beside another",
      telling({ subscriberEmailAddresses: [null, "oncall@example.com"] }),
      notices,
    ],
    ["unknown addresses", telling({ subscriberEmailAddresses: unknown }), notices],
    ["a forecast only", budget({ notifications: [forecast] }), notices],
    ["word of it when it's too late", telling({ threshold: 120 }), notices],
    ["word of it at nothing", telling({ threshold: 0 }), notices],
    ["a threshold in a text", telling({ threshold: "80" }), notices],
    ["an unknown threshold", telling({ threshold: unknown }), notices],
    ["a threshold in dollars", telling({ thresholdType: "ABSOLUTE_VALUE" }), notices],
    ["word of too little", telling({ comparisonOperator: "LESS_THAN" }), notices],
    ["no notification", budget({ notifications: [] }), notices],
    ["unset notifications", budget({ notifications: null }), notices],
    ["unknown notifications", budget({ notifications: unknown }), notices],
    ["a notification that is a text", budget({ notifications: ["oncall"] }), notices],
    ["a budget of usage", budget({ budgetType: "USAGE" }), type],
    ["an unset type", budget({ budgetType: null }), type],
    ["no limit", budget({ limitAmount: null }), limit],
    ["nothing", budget({ limitAmount: "0.00" }), limit],
    ["less than nothing", budget({ limitAmount: "-5" }), limit],
    ["a limit that limits nothing", budget({ limitAmount: "1000000.01" }), limit],
    [
      "a limit above a lower one",
      budget({ limitAmount: "5001" }),
      limit,
      { config: { maxMonthlyUsd: 5000 } },
    ],
    ["a limit that is no amount", budget({ limitAmount: "much" }), limit],
    ["a limit with its currency", budget({ limitAmount: "4000 USD" }), limit],
    ["an unknown limit", budget({ limitAmount: unknown }), limit],
    ["no filter", filtered(null), filter],
    ["the filter of another tag", filtered(environment), filter],
    ["a filter that lets others in", filtered({ ors: [projectTag, environment] }), filter],
    ["a filter that leaves it out", filtered({ not: projectTag }), filter],
    ["a tag without a value", filtered({ tags: { key: "Project", values: [] } }), filter],
    ["a tag that isn't there", matching("ABSENT"), filter],
    ["a tag that is equal or begins alike", matching("EQUALS", "STARTS_WITH"), filter],
    ["an unknown filter", filtered(unknown), filter],
    [
      "the older filter of another tag",
      older([{ name: "TagKeyValue", values: ["user:Team$gantry"] }]),
      filter,
    ],
    ["the older filter without a value", older([{ ...gantry, values: [] }]), filter],
    ["the older filter of an empty value", older([{ ...gantry, values: ["user:Project$"] }]), filter],
    [
      "the older filter with an unknown value",
      older([{ ...gantry, values: [...gantry.values, unknown] }]),
      filter,
    ],
    ["the older filter by something else than tags", older([{ ...gantry, name: "Service" }]), filter],
    [
      "the older filter with another tag beside it",
      older([{ name: "TagKeyValue", values: ["user:Project$a", "user:Team$b"] }]),
      filter,
    ],
    [
      "everything that is wrong, of each of two",
      [
        budget({ limitAmount: null, notifications: [] }),
        { ...budget({ budgetType: "USAGE" }), name: "more" },
      ],
      [...limit, ...notices, "more#budgetType"],
    ],
    ["no budget", [{ ...budget({}), type: "aws:sns/topic:Topic" }], ["stack#budget"]],
    [
      "a setting that is no tag, and uses the default",
      filtered(null),
      ["stack#configuration.projectTag", ...filter],
      { config: { projectTag: "" } },
    ],
  ],
});
