import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, isFields, texts, unknown } from "../../framework/value.ts";
import {
  BucketSettings,
  bucketPolicies,
  buckets,
  eachHolds,
  publicAccessBlocks,
} from "../../read/aws/bucket.ts";
import { policyStatements, type Statement } from "../../read/aws/iam-document.ts";

const blockSettings = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

export const bucketNotPublic: StackRule = {
  name: "bucket-not-public",
  title: "No bucket can be made public or accessed without TLS.",
  why: "A single mistake in a bucket policy or an ACL is enough to publish every prompt and every weight in a bucket.",
  fix: "Add a BucketPublicAccessBlock with all four settings true and a policy that denies s3:* without TLS, both with bucket: bucket.id.",
  severity: "critical",
  relatedChecks: ["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6", "AwsSolutions-S10"],
  resourceTypes: [...buckets, ...publicAccessBlocks, ...bucketPolicies],
  example: {
    good: "new BucketPublicAccessBlock(name, { bucket: bucket.id, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true })",
    bad: "new BucketPublicAccessBlock(name, { bucket: bucket.id, blockPublicAcls: true })",
  },

  *checkStack({ resources }) {
    const settings = new BucketSettings(resources);
    for (const bucket of resources.filter(({ type }) => buckets.includes(type))) {
      yield* open(bucket, settings.of(bucket, publicAccessBlocks));
      if (!eachHolds(settings.of(bucket, bucketPolicies), (policy) => refusesPlain(policy, bucket)))
        yield {
          resource: bucket,
          path: "policy",
          problem: "no bucket policy known at preview denies requests without TLS",
          allowed: "Deny of s3:* for * on the bucket and its objects, where aws:SecureTransport is false",
        };
    }
  },
};

/** Unset means false. [S3 API, PublicAccessBlockConfiguration] */
function open(bucket: StackResource, blocks: readonly StackResource[]): StackFinding[] {
  if (blocks.length === 0)
    return [
      {
        resource: bucket,
        path: "publicAccessBlock",
        problem: "the bucket has no public access block",
        allowed: "one BucketPublicAccessBlock for bucket.id",
      },
    ];
  return blocks.flatMap((resource) =>
    blockSettings
      .filter((name) => at(resource.props, name) !== true)
      .map((path) => ({
        resource,
        path,
        problem: "the bucket can be made public",
        allowed: "true for all four settings",
      })),
  );
}

function refusesPlain(policy: StackResource, bucket: StackResource): boolean {
  return policyStatements(policy).some(
    ({ statement }) =>
      statement !== unknown &&
      statement.effect === "Deny" &&
      statement.inverted.length === 0 &&
      statement.principals.some(({ kind, id }) => kind === "AWS" && id === "*") &&
      statement.actions.some((action) => action === "s3:*" || action === "*") &&
      coversBucket(statement.resources, bucket) &&
      isWithoutTls(statement),
  );
}

/** The bucket and its objects. Its name is compared where both are known. */
function coversBucket(resources: readonly string[], { props }: StackResource): boolean {
  const name = at(props, "bucket");
  return resources.some((whole) => {
    const own = /^arn:aws[a-z-]*:s3:::([^/*?]+)$/.exec(whole)?.[1];
    return own !== undefined && (name === own || name === unknown) && resources.includes(`${whole}/*`);
  });
}

/** This condition alone: a second one would exclude some of those requests from the denial. */
function isWithoutTls({ condition = {} }: Statement): boolean {
  const wanted = at(condition, "Bool");
  if (Object.keys(condition).length !== 1 || !isFields(wanted) || Object.keys(wanted).length !== 1)
    return false;
  const value = at(wanted, "aws:SecureTransport");
  const named = texts(value);
  return value === false || (named !== unknown && named.length === 1 && named[0] === "false");
}
