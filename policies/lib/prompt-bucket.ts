import type { StackResource } from "./rule.ts";
import { at, elements, isList, unknown, type Value } from "./value.ts";

const buckets: readonly string[] = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
const encryptions: readonly string[] = [
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
];
const lifecycles: readonly string[] = [
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
];

/** What has to be read to judge where prompts are kept. */
export const readsOfBuckets: readonly string[] = [...buckets, ...encryptions, ...lifecycles];

/** Why prompts must not be kept in a bucket; nothing where they may. */
export function unfitForPrompts(
  name: Value,
  { resources, maxDays }: { readonly resources: readonly StackResource[]; readonly maxDays: number },
): string | undefined {
  if (typeof name !== "string") return "is not named in plain text";
  const [bucket, ...more] = resources.filter(
    ({ type, props }) => buckets.includes(type) && at(props, "bucket") === name,
  );
  if (bucket === undefined || more.length > 0) return "is not a bucket of this stack";
  // Of several settings of one kind AWS keeps the one that comes last, whichever that is.
  const isSet = (types: readonly string[], holds: (rule: Value) => boolean) => {
    const about = resources.filter(
      ({ type, behind }) => types.includes(type) && behind("bucket").includes(bucket),
    );
    return about.length > 0 && about.every(({ props }) => rulesOf(props).some(holds));
  };
  if (!isSet(encryptions, usesKms)) return "is not encrypted with a KMS key";
  if (!isSet(lifecycles, (rule) => forgets(rule, maxDays)))
    return `does not forget everything, old versions included, within ${maxDays} days`;
  return undefined;
}

function rulesOf(props: Value): readonly Value[] {
  const rules = elements(at(props, "rules"));
  return rules === unknown ? [] : rules;
}

function usesKms(rule: Value): boolean {
  const algorithm = at(rule, "applyServerSideEncryptionByDefault", "sseAlgorithm");
  return algorithm === "aws:kms" || algorithm === "aws:kms:dsse";
}

/** Whether a rule deletes whatever is in the bucket. Under versioning the deleted stays on as an old version. */
function forgets(rule: Value, maxDays: number): boolean {
  const filter = at(rule, "filter") ?? {};
  const everything =
    (at(rule, "prefix") ?? "") === "" &&
    typeof filter === "object" &&
    !isList(filter) &&
    Object.entries(filter).every(([key, value]) => value === undefined || (key === "prefix" && value === ""));
  const within = (days: Value) => typeof days === "number" && days >= 1 && days <= maxDays;
  return (
    at(rule, "status") === "Enabled" &&
    everything &&
    within(at(rule, "expiration", "days")) &&
    within(at(rule, "noncurrentVersionExpiration", "noncurrentDays"))
  );
}
