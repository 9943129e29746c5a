import { z } from "zod";

/** A name of the user's own, which ends up in names of resources. */
export const name = (longest: number) =>
  z
    .string()
    .regex(
      /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
      "a name has lower-case letters, digits and dashes, and begins with a letter",
    )
    .max(longest, `too long: at most ${longest} characters, so that the names of its AWS resources fit`);

export const whole = (smallest: number, unit: string) =>
  z.int(`a whole number of ${unit}`).min(smallest, `at least ${smallest} ${unit}`);

/** A whole number of a unit between two bounds that have a reason each. */
export const between = (smallest: number, largest: number, unit: string) =>
  z
    .int(`a whole number of ${unit}`)
    .min(smallest, `from ${smallest} to ${largest} ${unit}`)
    .max(largest, `from ${smallest} to ${largest} ${unit}`);

export const percent = z.int("a whole percentage").min(0, "from 0 to 100").max(100, "from 0 to 100");

export const dollars = z.number().positive("US dollars a month, above 0");

/** [Amazon S3, general purpose bucket naming rules] */
const reservedBucketName = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/;

/** Bucket names are unique in all of AWS, so the team names each. */
export const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, "3 to 63 lower-case letters, digits, dashes")
  .refine((bucket) => !reservedBucketName.test(bucket), {
    error:
      "S3 reserves names that begin with xn--, sthree- or amzn-s3-demo- or end with -s3alias, --ol-s3, --x-s3 or --table-s3",
  });
