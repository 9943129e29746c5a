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
    ["a rate in days", schedule("rate(30 days)")],
    ["a rate in hours", schedule("rate(48 hours)")],
    ["a day of every month", schedule("cron(0 8 1 * ? *)")],
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
    ["a rate beyond", schedule("rate(91 days)"), found],
    ["a schedule of another kind", schedule("monthly"), found],
    ["a tag beyond", [tagged("91")], found],
    ["a tag that is no number", [tagged("never")], found],
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
