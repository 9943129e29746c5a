import { policyKnownAtPreview as rule } from "../../../../policies/rules/iam/policy-known-at-preview.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const made = (type: string, props: Given["props"], name = "orders"): Given => ({
  type: `aws:${type}`,
  name,
  props,
});
const text = JSON.stringify({ Statement: { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn" } });

cases(rule, {
  passes: [
    ["a policy that is known", made("iam/policy:Policy", { policy: text })],
    ["a secret one", made("iam/policy:Policy", { policy: secret(text) })],
    ["one that can't be read, which other rules report", made("iam/policy:Policy", { policy: "anything" })],
    ["a role that is known", made("iam/role:Role", { assumeRolePolicy: text })],
    ["a role without a policy", made("iam/role:Role", {})],
    ["a queue without a policy", made("sqs/queue:Queue", { name: unknown })],
    ["an ARN that is known", made("iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn: "arn" })],
  ],
  reports: [
    ["a policy", made("iam/policy:Policy", { policy: unknown }), ["orders#policy"]],
    ["a role's policy", made("iam/rolePolicy:RolePolicy", { policy: unknown }), ["orders#policy"]],
    [
      "who may take a role",
      made("iam/role:Role", { assumeRolePolicy: unknown }),
      ["orders#assumeRolePolicy"],
    ],
    [
      "one of a role's own policies",
      made("iam/role:Role", {
        assumeRolePolicy: text,
        inlinePolicies: [{ policy: text }, { policy: unknown }],
      }),
      ["orders#inlinePolicies.1.policy"],
    ],
    ["a queue's policy", made("sqs/queuePolicy:QueuePolicy", { policy: unknown }), ["orders#policy"]],
    ["a key's policy", made("kms/key:Key", { policy: unknown }), ["orders#policy"]],
    [
      "an attached policy of the same change",
      made("iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn: unknown }),
      ["orders#policyArn"],
    ],
    [
      "each of several",
      [
        made("iam/policy:Policy", { policy: unknown }),
        made("sns/topicPolicy:TopicPolicy", { policy: unknown }, "alerts"),
      ],
      ["orders#policy", "alerts#policy"],
    ],
  ],
});
