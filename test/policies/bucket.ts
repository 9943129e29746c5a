import { unknown } from "../../scripts/plan/wire.ts";
import type { Given } from "../support/policy.ts";

export const bucketName = "gantry-dev-models";

export const bucket = (name = "models", props: Given["props"] = { bucket: bucketName }): Given => ({
  type: "aws:s3/bucket:Bucket",
  name,
  props,
});

/** A setting of buckets, as `BucketVersioning`, that hangs on them by dependency. */
export const setting = (
  kind: string,
  of: readonly Given[],
  props: Given["props"],
  name = "models",
): Given => ({
  type: `aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`,
  name,
  props: { bucket: unknown, ...props },
  behind: { bucket: of },
});
