import type { StackResource } from "../../framework/rule.ts";

// The provider offers most of these under two names.
export const buckets: readonly string[] = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
export const publicAccessBlocks: readonly string[] = [
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
];
export const bucketPolicies: readonly string[] = ["aws:s3/bucketPolicy:BucketPolicy"];
export const bucketEncryptions: readonly string[] = [
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
];
export const bucketVersionings: readonly string[] = [
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketVersioningV2:BucketVersioningV2",
];
export const bucketLifecycles: readonly string[] = [
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
];

/** The settings of buckets, by the bucket that they depend on. A setting that may belong to another bucket belongs to none. */
export class BucketSettings {
  private readonly byBucket = new Map<StackResource, StackResource[]>();

  constructor(resources: readonly StackResource[]) {
    for (const resource of resources) {
      const [bucket, ...more] = resource.behind("bucket").filter(({ type }) => buckets.includes(type));
      if (bucket === undefined || more.length > 0) continue;
      this.byBucket.set(bucket, [...(this.byBucket.get(bucket) ?? []), resource]);
    }
  }

  of(bucket: StackResource, types: readonly string[]): readonly StackResource[] {
    return (this.byBucket.get(bucket) ?? []).filter(({ type }) => types.includes(type));
  }
}

/** Whether there is a setting and each holds: of several of one kind AWS keeps the last, whichever that is. */
export function eachHolds(
  settings: readonly StackResource[],
  holds: (setting: StackResource) => boolean,
): boolean {
  return settings.length > 0 && settings.every(holds);
}
