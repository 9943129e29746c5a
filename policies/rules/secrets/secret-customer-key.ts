import type { StackRule } from "../../framework/rule.ts";
import { allowedKey, keyTypes, withoutCustomerKey } from "../../read/aws/customer-key.ts";

const secret = "aws:secretsmanager/secret:Secret";

export const secretCustomerKey: StackRule = {
  name: "secret-customer-key",
  title: "Secrets are encrypted with a customer managed key.",
  why: "With the AWS managed key, whoever may read a secret may decrypt it; a customer managed key has its own policy and audit trail, and can be disabled.",
  fix: "Set kmsKeyId to the ARN of a KMS key of the stack.",
  severity: "high",
  relatedChecks: ["CKV_AWS_149"],
  resourceTypes: [secret, ...keyTypes],
  example: { good: "kmsKeyId: key.arn", bad: "kmsKeyId: alias/aws/secretsmanager" },

  *checkStack({ resources }) {
    for (const resource of resources.filter(({ type }) => type === secret)) {
      const problem = withoutCustomerKey(resource, "kmsKeyId");
      if (problem !== undefined) yield { resource, path: "kmsKeyId", problem, allowed: allowedKey };
    }
  },
};
