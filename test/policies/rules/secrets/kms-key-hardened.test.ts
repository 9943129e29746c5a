import { kmsKeyHardened as rule } from "../../../../policies/rules/secrets/kms-key-hardened.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const key = (props: Given["props"]): Given => ({
  type: "aws:kms/key:Key",
  name: "models",
  props: { enableKeyRotation: true, ...props },
});
const use = { Effect: "Allow", Action: "kms:Decrypt", Resource: "*" };
const policy = (...Statement: readonly object[]) => key({ policy: JSON.stringify({ Statement }) });
const apart = (...Statement: readonly object[]): Given => ({
  type: "aws:kms/keyPolicy:KeyPolicy",
  name: "models",
  props: { policy: JSON.stringify({ Statement }) },
});
const open = (condition: object) => policy({ ...use, Principal: { AWS: "*" }, Condition: condition });
const ofAccount = { StringEquals: { "kms:CallerAccount": "111122223333" } };
const root = { ...use, Action: "kms:*", Principal: { AWS: "arn:aws:iam::111122223333:root" } };
const at = ["models#policy.Statement.0"];

cases(rule, {
  passes: [
    ["a key that rotates", key({})],
    ["a week", key({ deletionWindowInDays: 7 })],
    ["a secret that is true", key({ enableKeyRotation: secret(true) })],
    ["a key to sign with", key({ enableKeyRotation: false, customerMasterKeySpec: "ECC_NIST_P256" })],
    [
      "the account's root and a service",
      policy(root, { ...use, Principal: { Service: "logs.amazonaws.com" } }),
    ],
    ["anyone of one account", open(ofAccount)],
    [
      "anyone of one account by way of one service",
      open({ StringEquals: { ...ofAccount.StringEquals, "kms:ViaService": "s3.amazonaws.com" } }),
    ],
    [
      "anyone for one source",
      open({ ArnEquals: { "AWS:SourceArn": "arn:aws:sns:eu-central-1:111122223333:a" } }),
    ],
    ["a refusal for anyone", policy({ ...use, Effect: "Deny", Principal: "*" })],
    ["a policy of its own resource", apart(root)],
  ],
  reports: [
    ["no rotation", key({ enableKeyRotation: false }), ["models#enableKeyRotation"]],
    ["unset rotation", key({ enableKeyRotation: null }), ["models#enableKeyRotation"]],
    ["rotation as text", key({ enableKeyRotation: "true" }), ["models#enableKeyRotation"]],
    ["unknown rotation", key({ enableKeyRotation: unknown }), ["models#enableKeyRotation"]],
    [
      "a symmetric key by name",
      key({ enableKeyRotation: false, customerMasterKeySpec: "SYMMETRIC_DEFAULT" }),
      ["models#enableKeyRotation"],
    ],
    [
      "a key of unknown kind",
      key({ enableKeyRotation: false, customerMasterKeySpec: unknown }),
      ["models#enableKeyRotation"],
    ],
    ["six days", key({ deletionWindowInDays: 6 }), ["models#deletionWindowInDays"]],
    ["days as text", key({ deletionWindowInDays: "30" }), ["models#deletionWindowInDays"]],
    ["unknown days", key({ deletionWindowInDays: unknown }), ["models#deletionWindowInDays"]],
    ["anyone", policy({ ...use, Principal: "*" }), at],
    ["any AWS principal", open({}), at],
    ["a list with anyone", policy({ ...use, Principal: { AWS: ["111122223333", "*"] } }), at],
    ["all but one", policy({ ...use, NotPrincipal: { AWS: "111122223333" } }), at],
    [
      "one statement as an object",
      key({ policy: JSON.stringify({ Statement: { ...use, Principal: "*" } }) }),
      ["models#policy.Statement"],
    ],
    ["a condition on something else", open({ StringEquals: { "kms:ViaService": "s3.amazonaws.com" } }), at],
    ["a condition by pattern", open({ StringLike: { "kms:CallerAccount": "*" } }), at],
    ["a condition with a pattern in it", open({ ArnEquals: { "aws:SourceArn": "arn:aws:sns:*" } }), at],
    [
      "a condition with a pattern among others",
      open({ ArnEquals: { "aws:SourceArn": ["arn:aws:sns:eu-central-1:111122223333:a", "arn:aws:sns:*"] } }),
      at,
    ],
    ["a condition on an empty text", open({ StringEquals: { "kms:CallerAccount": "" } }), at],
    ["a condition that is over without the key", open({ StringEqualsIfExists: ofAccount.StringEquals }), at],
    ["a condition on nothing", open({ StringEquals: { "kms:CallerAccount": [] } }), at],
    ["the second of two", policy(root, { ...use, Principal: "*" }), ["models#policy.Statement.1"]],
    ["a policy that is no JSON", key({ policy: "{" }), ["models#policy"]],
    ["a policy of its own resource", apart({ ...use, Principal: "*" }), at],
    [
      "several at once",
      key({ enableKeyRotation: false, deletionWindowInDays: 1, policy: "{" }),
      ["models#enableKeyRotation", "models#deletionWindowInDays", "models#policy"],
    ],
  ],
});
