import { expect, it } from "vitest";
import { at, find, fixturePlan } from "../../support/plan.ts";

const dev = fixturePlan("dev");

it("keeps records as long as configured, a deleted one a day longer, under a key of their own", () => {
  expect(at(find(dev, "BucketLifecycleConfiguration", "records"), "rules.0")).toMatchObject({
    filter: { prefix: "" },
    expiration: { days: 30 },
    noncurrentVersionExpiration: { noncurrentDays: 1 },
  });
  const encryption = find(dev, "BucketServerSideEncryptionConfiguration", "records");
  expect(encryption.propertyDependencies.rules).toEqual([find(dev, "aws:kms/key:Key", "records").urn]);
  expect(find(dev, "aws:s3/bucket:Bucket", "records").inputs.bucket).toBe("example-gantry-dev-records");
});
