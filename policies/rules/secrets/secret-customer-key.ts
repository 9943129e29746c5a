import type { StackResource, StackRule } from "../../lib/rule.ts";
import { at, unknown } from "../../lib/value.ts";

const secret = "aws:secretsmanager/secret:Secret";
const keys = [
  "aws:kms/key:Key",
  "aws:kms/alias:Alias",
  "aws:kms/replicaKey:ReplicaKey",
  "aws:kms/externalKey:ExternalKey",
];

/** A key by its id or ARN, or an alias that isn't one of AWS's own. */
const customerKey =
  /^(?:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:)?(?:key\/)?(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$|^(?:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:)?alias\/(?!aws\/)[\w/-]+$/;

export const secretCustomerKey: StackRule = {
  name: "secret-customer-key",
  title: "Secrets are encrypted with a key of our own.",
  why: "Under AWS's key whoever may read a secret may decrypt it; a key of our own has a policy and an audit trail, and can be shut off.",
  fix: "Set kmsKeyId to the ARN of a KMS key of the stack.",
  severity: "high",
  level: "mandatory",
  anchors: ["CKV_AWS_149"],
  reads: [secret, ...keys],
  example: { good: "kmsKeyId: key.arn", bad: "kmsKeyId: alias/aws/secretsmanager" },
  config: {},

  *checkStack({ resources }) {
    for (const resource of resources.filter(({ type }) => type === secret)) {
      const problem = withoutKey(resource);
      if (problem !== undefined)
        yield {
          resource,
          path: "kmsKeyId",
          problem,
          allowed:
            "the id, ARN or alias of a key of ours; one that is not known yet comes from a KMS key of the stack",
        };
    }
  },
};

function withoutKey(resource: StackResource): string | undefined {
  const key = at(resource.props, "kmsKeyId");
  if (key === undefined) return "states no key, which takes AWS's own";
  if (key === unknown)
    return resource.behind("kmsKeyId").some(({ type }) => keys.includes(type))
      ? undefined
      : "kmsKeyId is not known at preview and comes from no KMS key of the stack";
  return typeof key === "string" && customerKey.test(key) ? undefined : "kmsKeyId is not a key of ours";
}
