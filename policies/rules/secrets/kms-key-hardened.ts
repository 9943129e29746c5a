import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, unknown, type Value } from "../../framework/value.ts";
import {
  isAboutAnyone,
  isNarrowedToOwner,
  keyPolicies,
  type PlacedStatement,
  policyStatements,
} from "../../read/aws/iam-document.ts";

const [key] = keyPolicies;
/** AWS's own bounds and default. [KMS API, ScheduleKeyDeletion] */
const shortestWindowDays = 7;
const defaultWindowDays = 30;

export const kmsKeyHardened: ResourceRule = {
  name: "kms-key-hardened",
  title: "KMS keys rotate, have a deletion window of at least a week, and are not public.",
  why: "Whoever may use a key can read everything it encrypts, and data encrypted with a deleted key is lost.",
  fix: "Set enableKeyRotation true and deletionWindowInDays 30, and name principals in the key's policy.",
  severity: "high",
  relatedChecks: ["CKV_AWS_7", "CKV_AWS_33", "AwsSolutions-KMS5"],
  resourceTypes: keyPolicies,
  example: {
    good: "enableKeyRotation: true, deletionWindowInDays: 30",
    bad: 'policy: { Statement: { Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*" } }',
  },

  *check(resource) {
    if (resource.type === key) yield* ofKey(resource.props);
    for (const { statement, pending, ...place } of policyStatements(resource)) {
      const problem = pending ? undefined : openTo(statement);
      if (problem !== undefined)
        yield {
          ...place,
          problem,
          allowed:
            "principals by name, the account's root, or any principal with a condition of equality that identifies the caller",
        };
    }
  },
};

function* ofKey(props: Value): Generator<Finding> {
  if (isSymmetric(props) && at(props, "enableKeyRotation") !== true)
    yield {
      path: "enableKeyRotation",
      problem: "the key isn't rotated",
      allowed: "true for a symmetric key",
    };
  const window = at(props, "deletionWindowInDays") ?? defaultWindowDays;
  if (typeof window !== "number" || !(window >= shortestWindowDays))
    yield {
      path: "deletionWindowInDays",
      problem: "the deletion window is too short",
      allowed: `${shortestWindowDays} to 30 days, or unset`,
    };
}

/** AWS doesn't rotate asymmetric and HMAC keys. An unknown spec counts as symmetric. */
function isSymmetric(props: Value): boolean {
  const spec = at(props, "customerMasterKeySpec");
  return typeof spec !== "string" || spec === "SYMMETRIC_DEFAULT";
}

function openTo(statement: PlacedStatement["statement"]): string | undefined {
  if (statement === unknown) return "the key policy isn't known at preview";
  return statement.effect === "Allow" && isAboutAnyone(statement) && !isNarrowedToOwner(statement)
    ? "anyone may use the key"
    : undefined;
}
