import type { Resource, ResourceRule } from "../../framework/rule.ts";
import { integer, type RuleSettings } from "../../framework/settings.ts";
import { at, unknown, type Value } from "../../framework/value.ts";

const settings = {
  minDays: integer("Minimum retention of application logs in days.", {
    minimum: 1,
    maximum: 400,
    default: 1,
  }),
  minAuditDays: integer(
    "Minimum retention in days of audit logs: those of clusters, networks and firewalls.",
    { minimum: 30, maximum: 400, default: 90 },
  ),
  maxDays: integer("Maximum retention of logs in days.", { minimum: 30, maximum: 3653, default: 400 }),
} as const satisfies RuleSettings;

export const logGroupsKeptAndEncrypted: ResourceRule<typeof settings> = {
  name: "log-groups-kept-and-encrypted",
  title: "Log groups have a bounded retention and a customer managed key.",
  why: "An investigation may need last quarter's logs; logs that never expire cost more every month, and keep addresses and names for longer than privacy law allows.",
  fix: "Set kmsKeyId to the ARN of a KMS key, and retentionInDays; use 90 or more for logs of clusters, networks and firewalls.",
  severity: "medium",
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
        problem: "the log group has no kmsKeyId, so its logs are encrypted with a key that AWS owns",
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

/** Log groups that AWS or teams name after their content; one without a name may be any of them. [CloudWatch Logs, vended logs] */
function isAudit({ name, props }: Resource): boolean {
  const written = at(props, "name") ?? at(props, "namePrefix");
  if (typeof written !== "string") return true;
  return /^aws-waf-logs-|\/aws\/eks\/|\/aws\/(?:vpc|cloudtrail)|flow-?logs?|audit|cloudtrail|firewall/i.test(
    `${written} ${name}`,
  );
}

/** Unset and 0 mean that logs never expire. [CloudWatch Logs API, PutRetentionPolicy] */
function kept(days: Value): string {
  if (days === undefined || days === 0) return "logs never expire";
  return typeof days === "number"
    ? `logs are kept ${days} days`
    : "the retention is not a number known at preview";
}

/** An ARN that isn't known yet is that of something made in the same change. */
function isKey(value: Value): boolean {
  return (
    value === unknown ||
    (typeof value === "string" && /^arn:aws[a-z-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(value))
  );
}
