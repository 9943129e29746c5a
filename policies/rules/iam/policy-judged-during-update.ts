import type { ResourceRule } from "../../framework/rule.ts";
import { unknown } from "../../framework/value.ts";
import {
  attachedPolicies,
  policyAttachments,
  policyHolders,
  policyStatements,
  trustStatements,
} from "../../read/aws/iam-document.ts";

export const policyJudgedDuringUpdate: ResourceRule = {
  name: "policy-judged-during-update",
  title: "What a policy allows can be seen before the update.",
  why: "A policy that holds another resource's ARN is unknown at preview as a whole: the update judges it, and stops before the policy is made, when other resources already are.",
  fix: "Give the other resource a name of its own and write its ARN with it, or expect the verdict during the update.",
  severity: "low",
  level: "advisory",
  relatedChecks: { none: "the studied tools judge templates, in which nothing is unknown" },
  resourceTypes: [...new Set([...policyHolders, ...policyAttachments])],
  example: {
    good: "Resource: arn:aws:sqs:eu-central-1:111122223333:orders",
    bad: "policy: pulumi.jsonStringify({ …, Resource: queue.arn })",
  },
  config: {},

  check(resource) {
    const own = [...trustStatements(resource), ...policyStatements(resource)].filter(
      ({ pending }) => pending,
    );
    const attached = attachedPolicies(resource).filter(({ value }) => value === unknown);
    return [...own, ...attached].map(({ path }) => ({
      path,
      problem: "the policy isn't known at preview, so the update judges it before it is made",
      allowed: "a policy known at preview",
    }));
  },
};
