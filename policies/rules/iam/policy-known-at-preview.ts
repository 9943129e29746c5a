import type { ResourceRule } from "../../framework/rule.ts";
import { unknown } from "../../framework/value.ts";
import {
  attachedPolicies,
  policyAttachments,
  policyHolders,
  policyStatements,
  trustStatements,
} from "../../read/aws/iam-document.ts";

export const policyKnownAtPreview: ResourceRule = {
  name: "policy-known-at-preview",
  title: "Policies are known at preview.",
  why: "A policy that contains another resource's ARN is entirely unknown at preview: it is checked only during the update, which then stops after other resources were already created.",
  fix: "Give the other resource a fixed name and build its ARN from it, or accept that the policy is checked during the update.",
  severity: "low",
  level: "advisory",
  relatedChecks: { none: "the studied tools check templates, in which nothing is unknown" },
  resourceTypes: [...new Set([...policyHolders, ...policyAttachments])],
  example: {
    good: "Resource: arn:aws:sqs:eu-central-1:111122223333:orders",
    bad: "policy: pulumi.jsonStringify({ …, Resource: queue.arn })",
  },

  check(resource) {
    const own = [...trustStatements(resource), ...policyStatements(resource)].filter(
      ({ pending }) => pending,
    );
    const attached = attachedPolicies(resource).filter(({ value }) => value === unknown);
    return [...own, ...attached].map(({ path }) => ({
      path,
      problem: "the policy isn't known at preview, so it is checked only during the update",
      allowed: "a policy known at preview",
    }));
  },
};
