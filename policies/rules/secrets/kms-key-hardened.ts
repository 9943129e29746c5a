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
  title: "Keys rotate, take a week at least to go, and are not for anyone.",
  why: "Whoever may use the key reads everything under it, and what was encrypted with a deleted key is gone.",
  fix: "Set enableKeyRotation true and deletionWindowInDays 30, and name principals in the key's policy.",
  severity: "high",
  level: "mandatory",
  relatedChecks: ["CKV_AWS_7", "CKV_AWS_33", "AwsSolutions-KMS5"],
  resourceTypes: keyPolicies,
  example: {
    good: "enableKeyRotation: true, deletionWindowInDays: 30",
    bad: 'policy: { Statement: { Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*" } }',
  },
  config: {},

  *check(resource) {
    if (resource.type === key) yield* ofKey(resource.props);
    for (const { statement, pending, ...place } of policyStatements(resource)) {
      const problem = pending ? undefined : openTo(statement);
      if (problem !== undefined)
        yield {
          ...place,
          problem,
          allowed:
            "principals by name, the account's root, or anyone with a condition of equality on who asks",
        };
    }
  },
};

function* ofKey(props: Value): Generator<Finding> {
  if (isSymmetric(props) && at(props, "enableKeyRotation") !== true)
    yield {
      path: "enableKeyRotation",
      problem: "the key's material never changes",
      allowed: "true for a symmetric key",
    };
  const window = at(props, "deletionWindowInDays") ?? defaultWindowDays;
  if (typeof window !== "number" || !(window >= shortestWindowDays))
    yield {
      path: "deletionWindowInDays",
      problem: "the key may be gone before anybody notices",
      allowed: `${shortestWindowDays} to 30 days, or unset`,
    };
}

/** AWS doesn't rotate keys to sign with and key pairs. What can't be told is taken for symmetric. */
function isSymmetric(props: Value): boolean {
  const spec = at(props, "customerMasterKeySpec");
  return typeof spec !== "string" || spec === "SYMMETRIC_DEFAULT";
}

function openTo(statement: PlacedStatement["statement"]): string | undefined {
  if (statement === unknown) return "the key's policy can't be read at preview";
  return statement.effect === "Allow" && isAboutAnyone(statement) && !isNarrowedToOwner(statement)
    ? "anyone may use the key"
    : undefined;
}
