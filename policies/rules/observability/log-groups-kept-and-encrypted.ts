import type { Resource, ResourceRule } from "../../framework/rule.ts";
import type { RuleSettings } from "../../framework/settings.ts";
import { at, unknown, type Value } from "../../framework/value.ts";

const settings = {
  minDays: {
    type: "integer",
    description: "Days that logs of applications are kept at least.",
    minimum: 1,
    maximum: 400,
    default: 1,
  },
  minAuditDays: {
    type: "integer",
    description:
      "Days that logs are kept at least which show who did what: of clusters, networks and firewalls.",
    minimum: 30,
    maximum: 400,
    default: 90,
  },
  maxDays: {
    type: "integer",
    description: "Days after which logs are gone.",
    minimum: 30,
    maximum: 3653,
    default: 400,
  },
} as const satisfies RuleSettings;

export const logGroupsKeptAndEncrypted: ResourceRule<typeof settings> = {
  name: "log-groups-kept-and-encrypted",
  title: "Logs are kept long enough, not for ever, and under a key of our own.",
  why: "An incident of last quarter needs its logs; logs that nobody deletes cost more every month, and hold addresses and names for longer than anyone may keep them.",
  fix: "Set kmsKeyId to the ARN of a KMS key, and retentionInDays, to 90 or more for logs of clusters, networks and firewalls.",
  severity: "medium",
  level: "mandatory",
  relatedChecks: ["CKV_AWS_158", "CKV_AWS_338"],
  resourceTypes: ["aws:cloudwatch/logGroup:LogGroup"],
  example: { good: "kmsKeyId: key.arn, retentionInDays: 90", bad: "retentionInDays: 0" },
  config: settings,

  *check(resource, config) {
    const { props } = resource;
    const { maxDays } = config;
    const minDays = isAudit(resource) ? Math.max(config.minAuditDays, config.minDays) : config.minDays;
    const days = at(props, "retentionInDays");
    if (!isKey(at(props, "kmsKeyId")))
      yield {
        path: "kmsKeyId",
        problem: "the group states no key, so its logs are under one that AWS shares",
        allowed: "the ARN of a KMS key, which need not be known yet",
      };
    if (typeof days !== "number" || !Number.isInteger(days) || days < minDays || days > maxDays)
      yield {
        path: "retentionInDays",
        problem: kept(days),
        allowed: `whole days from ${minDays} to ${maxDays}, known at preview`,
      };
  },
};

/** Groups that AWS names, or teams, for what they keep; one without a plain name may be any. [CloudWatch Logs, vended logs] */
function isAudit({ name, props }: Resource): boolean {
  const written = at(props, "name") ?? at(props, "namePrefix");
  if (typeof written !== "string") return true;
  return /^aws-waf-logs-|\/aws\/eks\/|\/aws\/(?:vpc|cloudtrail)|flow-?logs?|audit|cloudtrail|firewall/i.test(
    `${written} ${name}`,
  );
}

/** Unset and 0 keep logs for ever. [CloudWatch Logs API, PutRetentionPolicy] */
function kept(days: Value): string {
  if (days === undefined || days === 0) return "logs are kept for ever";
  return typeof days === "number"
    ? `logs are kept ${days} days`
    : "how long logs are kept is no known number";
}

/** An ARN that isn't known yet is that of something made in the same change. */
function isKey(value: Value): boolean {
  return (
    value === unknown ||
    (typeof value === "string" && /^arn:aws[a-z-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(value))
  );
}
