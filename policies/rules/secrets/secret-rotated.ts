import type { StackResource, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings, string } from "../../framework/settings.ts";
import { at, unknown, type Value } from "../../framework/value.ts";

const secret = "aws:secretsmanager/secret:Secret";
const rotation = "aws:secretsmanager/secretRotation:SecretRotation";

const settings = {
  maxDays: integer("Maximum days between rotations of a secret.", { minimum: 1, maximum: 365, default: 90 }),
  rotationTag: string("Tag with the days after which the value is replaced manually.", {
    pattern: "^[\\w.:/=+@-]{1,128}$",
    default: "gantry.dev/rotate-after-days",
  }),
} as const satisfies RuleSettings;

export const secretRotated: StackRule<typeof settings> = {
  name: "secret-rotated",
  title: "Every secret is rotated at least every 90 days.",
  why: "A leaked key stays valid until it is rotated, even if the leak is never noticed.",
  fix: "Add a SecretRotation, or the tag gantry.dev/rotate-after-days and a reminder to run npm run put-secret.",
  severity: "medium",
  level: "advisory",
  relatedChecks: ["CKV2_AWS_57", "CKV_AWS_304", "AwsSolutions-SMG4"],
  resourceTypes: [secret, rotation],
  example: {
    good: 'tags: { "gantry.dev/rotate-after-days": "90" }',
    bad: 'tags: { "gantry.dev/rotate-after-days": "365" }',
  },
  config: settings,

  *checkStack({ resources }, config) {
    const rotations = resources.filter(({ type }) => type === rotation);
    for (const resource of resources.filter(({ type }) => type === secret)) {
      const own = rotations.filter((one) => one.behind("secretId").includes(resource));
      if (own.some((one) => rotates(one, config)) || isTagged(resource, config)) continue;
      yield {
        resource,
        path: "rotation",
        problem:
          own.length > 0
            ? "its rotation is disabled or too infrequent"
            : "neither a rotation nor a tag known at preview sets a rotation interval",
        allowed: `a rotation of at most ${config.maxDays} days, or the tag ${config.rotationTag} with a whole number up to ${config.maxDays}`,
      };
    }
  },
};

type Config = ConfigOf<typeof settings>;

/** A rotation that may belong to several secrets doesn't count for any of them. */
function rotates(resource: StackResource, { maxDays }: Config): boolean {
  const rules = at(resource.props, "rotationRules");
  const days = at(rules, "automaticallyAfterDays") ?? scheduled(at(rules, "scheduleExpression"));
  const enabled = at(resource.props, "rotationEnabled");
  return (
    resource.behind("secretId").filter(({ type }) => type === secret).length === 1 &&
    (enabled === undefined || enabled === true) &&
    isWithin(days, maxDays)
  );
}

function isTagged({ props }: StackResource, { maxDays, rotationTag }: Config): boolean {
  const days = at(props, "tags", rotationTag);
  return typeof days === "string" && /^\d{1,3}$/.test(days) && isWithin(Number(days), maxDays);
}

function isWithin(days: Value, maxDays: number): boolean {
  return typeof days === "number" && Number.isInteger(days) && days >= 1 && days <= maxDays;
}

/** From a day of one month to the same day two months later, where the month between has no such day. */
const longestMonthlyGapDays = 62;

/**
 * Days between the rotations of a schedule.
 * [docs.aws.amazon.com/secretsmanager, schedule expressions]
 */
function scheduled(expression: Value): Value {
  if (typeof expression !== "string") return unknown;
  const [, count, unit] = /^rate\((\d{1,4}) (day|hour)s?\)$/.exec(expression) ?? [];
  if (count !== undefined) return unit === "day" ? Number(count) : Math.ceil(Number(count) / 24);
  // Minutes, hours, day of the month, month, weekday, year: with any month and any year it runs every month, except for
  // the fifth occurrence of a weekday.
  return /^cron\(\S{1,20} \S{1,20} \S{1,20} \* (?!\S*#5)\S{1,20} \*\)$/.test(expression)
    ? longestMonthlyGapDays
    : unknown;
}
