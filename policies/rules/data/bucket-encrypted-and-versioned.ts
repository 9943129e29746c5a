import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings } from "../../framework/settings.ts";
import { at, elements, isFields, orUnknown, type Value } from "../../framework/value.ts";
import {
  BucketSettings,
  bucketEncryptions,
  bucketLifecycles,
  buckets,
  bucketVersionings,
  eachHolds,
} from "../../read/aws/bucket.ts";
import { isOf, loadBalancers } from "../../read/aws/load-balancer.ts";

/** The types that write logs into a bucket, each with the property that names the bucket. */
const logWriters: Readonly<Record<string, string>> = {
  ...Object.fromEntries(loadBalancers.map((type) => [type, "accessLogs"])),
  "aws:s3/bucketLogging:BucketLogging": "targetBucket",
  "aws:ec2/flowLog:FlowLog": "logDestination",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "logDestinationConfigs",
};

const settings = {
  maxLogDays: integer("Maximum days until logs expire.", { minimum: 1, maximum: 3650, default: 400 }),
} as const satisfies RuleSettings;

export const bucketEncryptedAndVersioned: StackRule<typeof settings> = {
  name: "bucket-encrypted-and-versioned",
  title: "Buckets are encrypted with KMS and versioned; logs expire.",
  why: "Without versioning one wrong command deletes weights or records permanently; without KMS no audit trail shows who decrypts; logs that never expire are personal data that never expires.",
  fix: "Add an encryption configuration with aws:kms, versioning Enabled and, for logs, a lifecycle with an expiration, each with bucket: bucket.id.",
  severity: "high",
  relatedChecks: ["CKV_AWS_145", "CKV_AWS_21"],
  resourceTypes: [
    ...buckets,
    ...bucketEncryptions,
    ...bucketVersionings,
    ...bucketLifecycles,
    ...Object.keys(logWriters),
  ],
  example: {
    good: 'rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn } }]',
    bad: 'versioningConfiguration: { status: "Suspended" }',
  },
  config: settings,

  *checkStack({ resources }, config) {
    const all = new BucketSettings(resources);
    for (const bucket of resources.filter(({ type }) => buckets.includes(type))) {
      const writers = resources.filter((one) => writesTo(one, bucket));
      yield* unencrypted(bucket, all.of(bucket, bucketEncryptions), writers);
      yield* unversioned(bucket, all.of(bucket, bucketVersionings));
      if (writers.length > 0 || isNamedForLogs(bucket))
        yield* missingExpiration(bucket, all.of(bucket, bucketLifecycles), config);
    }
  },
};

/** Whether a resource writes its logs into a bucket: it depends on the bucket, or names it. */
function writesTo(writer: StackResource, bucket: StackResource): boolean {
  const property = logWriters[writer.type];
  if (property === undefined) return false;
  if (writer.behind(property).includes(bucket)) return true;
  const name = at(bucket.props, "bucket");
  const target = at(writer.props, property);
  const named = isFields(target) ? at(target, "bucket") : target;
  return typeof name === "string" && (named === name || named === `arn:aws:s3:::${name}`);
}

function unencrypted(
  resource: StackResource,
  encryptions: readonly StackResource[],
  writers: readonly StackResource[],
): StackFinding[] {
  const algorithms = ["aws:kms", "aws:kms:dsse"];
  // Load balancers can only write with SSE-S3. [ELB, access logs of an ALB]
  if (writers.some(isOf(loadBalancers))) algorithms.push("AES256");
  const encrypts = ({ props }: StackResource) => {
    const rules = orUnknown(elements(at(props, "rules")));
    return rules.length > 0 && rules.every((rule) => isAmong(algorithms, algorithmOf(rule)));
  };
  if (eachHolds(encryptions, encrypts)) return [];
  return [
    {
      resource,
      path: "encryption",
      problem: "no encryption with KMS is known at preview for the bucket",
      allowed: `an encryption configuration for bucket.id with ${algorithms.join(" or ")}; AES256 for the access logs of a load balancer of the stack`,
    },
  ];
}

function algorithmOf(rule: Value): Value {
  return at(rule, "applyServerSideEncryptionByDefault", "sseAlgorithm");
}

function isAmong(texts: readonly string[], value: Value): boolean {
  return typeof value === "string" && texts.includes(value);
}

function unversioned(resource: StackResource, versionings: readonly StackResource[]): StackFinding[] {
  const keeps = ({ props }: StackResource) => at(props, "versioningConfiguration", "status") === "Enabled";
  if (eachHolds(versionings, keeps)) return [];
  return [
    {
      resource,
      path: "versioning",
      problem: "overwritten or deleted objects can't be restored",
      allowed: "a versioning configuration for bucket.id with status Enabled",
    },
  ];
}

/** Matches `access-logs` and `example-gantry-log`, in the resource's name or the bucket's. */
function isNamedForLogs({ name, props }: StackResource): boolean {
  const bucket = at(props, "bucket");
  return [name, typeof bucket === "string" ? bucket : ""].some((text) =>
    /(?:^|[-_.])logs?(?:$|[-_.])/.test(text),
  );
}

function missingExpiration(
  resource: StackResource,
  lifecycles: readonly StackResource[],
  { maxLogDays }: ConfigOf<typeof settings>,
): StackFinding[] {
  const expires = (rule: Value) => {
    const days = at(rule, "expiration", "days");
    return (
      at(rule, "status") === "Enabled" &&
      isForAll(rule) &&
      typeof days === "number" &&
      days > 0 &&
      days <= maxLogDays
    );
  };
  const empties = ({ props }: StackResource) => orUnknown(elements(at(props, "rules"))).some(expires);
  if (eachHolds(lifecycles, empties)) return [];
  return [
    {
      resource,
      path: "lifecycle",
      problem: "no enabled lifecycle rule expires all of its logs in time",
      allowed: `a lifecycle for bucket.id with an enabled expiration of 1 to ${maxLogDays} days and no filter`,
    },
  ];
}

/** A rule without a filter, or with an empty prefix, applies to every object. Its own prefix is the older form. */
function isForAll(rule: Value): boolean {
  const filter = at(rule, "filter") ?? {};
  if (!isFields(filter)) return false;
  return [at(rule, "prefix"), ...Object.values(filter)].every((value) => (value ?? "") === "");
}
