import type { StackResource } from "../../framework/rule.ts";
import { at, elements, isList, unknown, type Value } from "../../framework/value.ts";
import { bucketEncryptions, bucketLifecycles, buckets, eachHolds } from "./bucket.ts";

/** Types that a rule has to read to check where prompts are stored. */
export const readsOfBuckets: readonly string[] = [...buckets, ...bucketEncryptions, ...bucketLifecycles];

/** Why prompts must not be kept in a bucket; undefined where they may. */
export function unfitForPrompts(
  name: Value,
  { resources, maxDays }: { readonly resources: readonly StackResource[]; readonly maxDays: number },
): string | undefined {
  if (typeof name !== "string") return "is not a literal name";
  const [bucket, ...more] = resources.filter(
    ({ type, props }) => buckets.includes(type) && at(props, "bucket") === name,
  );
  if (bucket === undefined || more.length > 0) return "is not a bucket of this stack";
  const about = (types: readonly string[]) =>
    resources.filter(({ type, behind }) => types.includes(type) && behind("bucket").includes(bucket));
  if (!eachHolds(about(bucketEncryptions), ({ props }) => rulesOf(props).some(usesKms)))
    return "is not encrypted with a KMS key";
  const empties = ({ props }: StackResource) => rulesOf(props).some((rule) => forgets(rule, maxDays));
  if (!eachHolds(about(bucketLifecycles), empties))
    return `doesn't delete everything, old versions included, within ${maxDays} days`;
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
