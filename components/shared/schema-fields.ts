import { z } from "zod";

/** A user-defined name, which becomes part of resource names. */
export const name = (longest: number) =>
  z
    .string()
    .regex(
      /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
      "a name has lower-case letters, digits and dashes, and begins with a letter",
    )
    .max(longest, `too long: at most ${longest} characters, so that the names of its AWS resources fit`);

/** A whole number of a unit, without an end. */
export const whole = (smallest: number, unit: string) =>
  z.int(`a whole number of ${unit}`).min(smallest, `at least ${smallest} ${unit}`);

/** A whole number of a unit between two bounds that have a reason each. */
export const between = (smallest: number, largest: number, unit: string) =>
  z
    .int(`a whole number of ${unit}`)
    .min(smallest, `from ${smallest} to ${largest} ${unit}`)
    .max(largest, `from ${smallest} to ${largest} ${unit}`);

/** A whole percentage. */
export const percent = z.int("a whole percentage").min(0, "from 0 to 100").max(100, "from 0 to 100");

/** A higher amount limits nothing: it is a typo, or another currency. */
const mostDollars = 10_000_000;

/** US dollars a month. */
export const dollars = z
  .number()
  .positive("US dollars a month, above 0")
  .max(mostDollars, `US dollars a month, at most ${mostDollars}: more limits nothing`);

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

/** An IPv4 range with its prefix length. */
export const ipv4Range = z.cidrv4("an IPv4 range, such as 10.40.0.0/16");

/** [Amazon EBS, volume sizes: gp3 up to 64 TiB] */
export const disk = (smallest: number) =>
  whole(smallest, "GiB").max(65_536, "65536 GiB at most, the largest gp3 volume");
