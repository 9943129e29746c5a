import { secretRotated as rule } from "../../../../policies/rules/secrets/secret-rotated.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const held = (tags?: Wire, name = "openai"): Given => ({
  type: "aws:secretsmanager/secret:Secret",
  name,
  props: { name: `gantry/dev/${name}`, ...(tags !== undefined && { tags }) },
});
const tagged = (days: Wire) => held({ "gantry.dev/rotate-after-days": days });
const rotation = (props: Given["props"], of: readonly Given[] = [held()]): Given => ({
  type: "aws:secretsmanager/secretRotation:SecretRotation",
  name: "rotation",
  props: { secretId: unknown, ...props },
  behind: { secretId: of },
});
const every = (rotationRules: Wire, more: Given["props"] = {}) => [
  held(),
  rotation({ rotationRules, ...more }),
];
const days = (automaticallyAfterDays: Wire) => every({ automaticallyAfterDays });
const schedule = (scheduleExpression: Wire) => every({ scheduleExpression });
const found = ["openai#rotation"];

cases(rule, {
  passes: [
    ["a rotation, with every ARN unknown", days(30)],
    ["a rotation of exactly 90 days", days(90)],
    ["a rotation of every day", days(1)],
    ["a rotation that is plainly on", every({ automaticallyAfterDays: 30 }, { rotationEnabled: true })],
    ["a rate in days", schedule("rate(30 days)")],
    ["a rate of one day", schedule("rate(1 day)")],
    ["a rate in hours", schedule("rate(2160 hours)")],
    ["a day of every month", schedule("cron(0 8 1 * ? *)")],
    ["a late hour of a late day", schedule("cron(0 16 15 * ? *)")],
    ["a weekday of every month", schedule("cron(0 8 ? * SUN#1 *)")],
    ["a tag for people", [tagged("90")]],
    ["a secret tag", [tagged(secret("30"))]],
    [
      "a tag beside a rotation that is off",
      [tagged("30"), rotation({ rotationEnabled: false }, [tagged("30")])],
    ],
    ["secrets by another tag", [held({ Rotate: "30" })], { config: { rotationTag: "Rotate" } }],
  ],
  reports: [
    ["a secret that nothing rotates", [held()], found],
    ["91 days", days(91), found],
    ["no days", days(0), found],
    ["days as text", days("30"), found],
    ["unknown days", days(unknown), found],
    ["null", days(null), found],
    ["a rotation that is off", every({ automaticallyAfterDays: 30 }, { rotationEnabled: false }), found],
    ["one that may be off", every({ automaticallyAfterDays: 30 }, { rotationEnabled: unknown }), found],
    ["once a year", schedule("cron(0 8 1 1 ? *)"), found],
    ["a weekday that not every month has", schedule("cron(0 8 ? * SUN#5 *)"), found],
    ["more before a cron", schedule("at cron(0 8 1 * ? *)"), found],
    ["more after a cron", schedule("cron(0 8 1 * ? *) or never"), found],
    ["a rate beyond", schedule("rate(91 days)"), found],
    ["more before a rate", schedule("at rate(30 days)"), found],
    ["more after a rate", schedule("rate(30 days) or never"), found],
    ["an unknown schedule", schedule(unknown), found],
    ["a schedule of another kind", schedule("monthly"), found],
    ["a tag beyond", [tagged("91")], found],
    ["a tag that is no number", [tagged("never")], found],
    ["a tag with an exponent", [tagged("1e1")], found],
    ["a tag that is no text", [tagged(30)], found],
    ["an unknown tag", [tagged(unknown)], found],
    ["unknown tags", [held(unknown)], found],
    [
      "the one of two that is not rotated",
      [held(), held(undefined, "other"), rotation({ rotationRules: { automaticallyAfterDays: 30 } })],
      ["other#rotation"],
    ],
    [
      "two that share a rotation",
      [
        held(),
        held(undefined, "other"),
        rotation({ rotationRules: { automaticallyAfterDays: 30 } }, [held(), held(undefined, "other")]),
      ],
      [...found, "other#rotation"],
    ],
    [
      "a rotation of a secret outside the stack",
      [held(), rotation({ rotationRules: { automaticallyAfterDays: 30 } }, [held(undefined, "other")])],
      found,
    ],
    ["more days than are allowed here", days(60), found, { config: { maxDays: 30 } }],
    [
      "an illegal configuration",
      [tagged("30")],
      ["stack#configuration.maxDays"],
      { config: { maxDays: 1000 } },
    ],
  ],
});
