import { bucketNotPublic as rule } from "../../../../policies/rules/data/bucket-not-public.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { bucket, bucketName, setting } from "../../bucket.ts";
import { cases } from "../../cases.ts";

const models = bucket();
const other = bucket("logs", { bucket: "gantry-dev-logs" });
const closed = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const block = (props: Given["props"] = {}, of: readonly Given[] = [models], name?: string) =>
  setting("BucketPublicAccessBlock", of, { ...closed, ...props }, name);
const arns = (name: string, start = "arn:aws:s3:::") => [`${start}${name}`, `${start}${name}/*`];
const tls = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: arns(bucketName),
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const text = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const policy = (given: Wire, of: readonly Given[] = [models], name?: string) =>
  setting("BucketPolicy", of, { policy: given }, name);
const stack = (...rest: readonly Given[]) => [models, ...rest];
const saying = (more: object) => stack(block(), policy(text({ ...tls, ...more })));
const open = ["models#policy"];
const unguarded = ["models#publicAccessBlock"];

cases(rule, {
  passes: [
    ["a bucket that is closed, with every id unknown", saying({})],
    [
      "any AWS principal, and the condition as a boolean",
      saying({ Principal: { AWS: "*" }, Condition: { Bool: { "aws:SecureTransport": false } } }),
    ],
    ["anyone among others", saying({ Principal: { AWS: ["111122223333", "*"] } })],
    ["another partition", saying({ Resource: arns(bucketName, "arn:aws-cn:s3:::") })],
    ["a refusal of everything", saying({ Action: ["s3:GetObject", "*"] })],
    ["a secret switch", stack(block({ blockPublicAcls: secret(true) }), policy(text(tls)))],
    [
      "other statements beside it",
      stack(block(), policy(text({ ...tls, Effect: "Allow", Principal: { AWS: "111122223333" } }, tls))),
    ],
    [
      "a bucket whose name is known later",
      [bucket("models", { bucket: unknown }), block(), policy(text(tls))],
    ],
    ["a stack without buckets", []],
  ],
  reports: [
    ["no block", stack(policy(text(tls))), unguarded],
    [
      "three switches of four",
      stack(block({ restrictPublicBuckets: false }), policy(text(tls))),
      ["models#restrictPublicBuckets"],
    ],
    [
      "an unset switch",
      stack(block({ ignorePublicAcls: null }), policy(text(tls))),
      ["models#ignorePublicAcls"],
    ],
    [
      "a switch as text",
      stack(block({ blockPublicAcls: "true" }), policy(text(tls))),
      ["models#blockPublicAcls"],
    ],
    [
      "unknown switches, each",
      stack(block({ blockPublicAcls: unknown, blockPublicPolicy: unknown }), policy(text(tls))),
      ["models#blockPublicAcls", "models#blockPublicPolicy"],
    ],
    [
      "a second block that opens it again",
      stack(block(), block({ blockPublicAcls: false }, [models], "again"), policy(text(tls))),
      ["again#blockPublicAcls"],
    ],
    [
      "a block of another bucket",
      [models, other, block({}, [other]), policy(text(tls))],
      [...unguarded, "logs#policy"],
    ],
    [
      "a block that may be another bucket's",
      [models, other, block({}, [models, other]), policy(text(tls))],
      [...unguarded, "logs#policy", "logs#publicAccessBlock"],
    ],
    ["a block of a bucket outside the stack", stack(block({}, [other]), policy(text(tls))), unguarded],
    [
      "a bucket under its other name",
      [{ ...models, type: "aws:s3/bucketV2:BucketV2" }],
      [...unguarded, ...open],
    ],
    ["no policy", stack(block()), open],
    ["an unknown policy", stack(block(), policy(unknown)), open],
    ["a policy that is no JSON", stack(block(), policy("deny")), open],
    [
      "a policy of another bucket",
      [models, other, block(), block({}, [other], "logs"), policy(text(tls), [other])],
      [...open, "logs#policy"],
    ],
    [
      "a second policy that may take its place",
      stack(block(), policy(text(tls)), policy(text({ ...tls, Effect: "Allow" }), [models], "again")),
      open,
    ],
    ["a refusal for services alone", saying({ Principal: { Service: "*" } }), open],
    ["a refusal for one account", saying({ Principal: { AWS: "111122223333" } }), open],
    ["a refusal for some", saying({ Principal: { AWS: "arn:aws:iam::111122223333:role/*" } }), open],
    ["a refusal of one action", saying({ Action: "s3:GetObject" }), open],
    ["a refusal for the objects only", saying({ Resource: `arn:aws:s3:::${bucketName}/*` }), open],
    ["a refusal for the bucket only", saying({ Resource: `arn:aws:s3:::${bucketName}` }), open],
    [
      "a refusal for a part of the objects",
      saying({ Resource: [`arn:aws:s3:::${bucketName}`, `arn:aws:s3:::${bucketName}/a/*`] }),
      open,
    ],
    ["a refusal for one folder and what is in it", saying({ Resource: arns(`${bucketName}/a`) }), open],
    ["a refusal for what is no ARN", saying({ Resource: arns(bucketName, "x arn:aws:s3:::") }), open],
    [
      "a refusal for no bucket, where the bucket has no name",
      [bucket("models", {}), block(), policy(text({ ...tls, Resource: arns("*", "") }))],
      open,
    ],
    ["a refusal for another bucket", saying({ Resource: arns("gantry-dev-logs") }), open],
    ["a refusal with TLS", saying({ Condition: { Bool: { "aws:SecureTransport": "true" } } }), open],
    [
      "a refusal with TLS and without",
      saying({ Condition: { Bool: { "aws:SecureTransport": ["false", "true"] } } }),
      open,
    ],
    ["a refusal that nothing limits", saying({ Condition: undefined }), open],
    [
      "a refusal with a second condition",
      saying({ Condition: { ...tls.Condition, StringEquals: { "aws:PrincipalAccount": "1" } } }),
      open,
    ],
    [
      "a refusal with a second key",
      saying({ Condition: { Bool: { ...tls.Condition.Bool, "aws:ViaAWSService": "false" } } }),
      open,
    ],
    ["a permission in place of a refusal", saying({ Effect: "Allow" }), open],
    ["a refusal of all but something", saying({ Action: undefined, NotAction: "s3:GetObject" }), open],
    ["a refusal of everything and of all but something", saying({ NotAction: "s3:GetObject" }), open],
    [
      "each of two buckets",
      [models, other],
      [...open, ...unguarded, "logs#policy", "logs#publicAccessBlock"],
    ],
  ],
});
