import { publicGrants } from "../../data/public-grants.ts";
import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, isFields, unknown } from "../../framework/value.ts";
import {
  isAboutAnyone,
  isNarrowedToOwner,
  keyPolicies,
  otherResourcePolicies,
  policyStatements,
  resourcePolicies,
} from "../../read/aws/iam-document.ts";
import { leaves } from "../../read/text/plain-secret.ts";

const permissions = [
  "aws:lambda/permission:Permission",
  "aws:lambda/layerVersionPermission:LayerVersionPermission",
  "aws:cloudwatch/eventPermission:EventPermission",
];
const bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy";
const allowed =
  "accounts, roles and services by name, or any principal with a condition of equality on aws:SourceArn, aws:SourceAccount, aws:PrincipalOrgID or another key that identifies the caller";

export const resourcePolicyNotPublic: ResourceRule = {
  name: "resource-policy-not-public",
  title: "Secrets, queues, topics, buckets and functions are accessible to named principals only.",
  why: "A policy with the principal * and no condition grants access to every AWS account: whoever learns the ARN reads the secret, fills the queue or invokes the function.",
  fix: "Name principals in the policy, or add a condition with StringEquals or ArnEquals that identifies the caller.",
  severity: "critical",
  relatedChecks: ["CKV_AWS_168", "CKV_AWS_169", "CKV_AWS_301"],
  // Keys are covered by kms-key-hardened.
  resourceTypes: [
    ...resourcePolicies.filter((type) => !keyPolicies.includes(type)),
    ...otherResourcePolicies,
    ...permissions,
    ...Object.keys(publicGrants),
  ],
  example: {
    good: 'Principal: { Service: "events.amazonaws.com" }, Condition: { ArnEquals: { "aws:SourceArn": rule } }',
    bad: 'Effect: "Allow", Principal: "*", Action: "secretsmanager:GetSecretValue"',
  },

  check(resource) {
    if (Object.hasOwn(publicGrants, resource.type)) return ofGrants(resource);
    return permissions.includes(resource.type) ? ofPermission(resource) : ofPolicy(resource);
  },
};

function ofPolicy(resource: Parameters<typeof policyStatements>[0]): Finding[] {
  return policyStatements(resource).flatMap(({ statement, pending, ...place }) => {
    if (pending) return [];
    if (statement === unknown) return [{ ...place, problem: "the policy isn't known at preview", allowed }];
    if (statement.effect === "Deny" || !isAboutAnyone(statement) || isNarrowedToOwner(statement)) return [];
    // Public bucket policies are blocked by what bucket-not-public requires.
    const problem =
      resource.type === bucketPolicy
        ? "anyone may use the bucket"
        : "the policy grants its actions to anyone";
    return [{ ...place, problem, allowed }];
  });
}

function ofGrants({ type, props }: Parameters<typeof policyStatements>[0]): Finding[] {
  return (publicGrants[type] ?? []).flatMap(({ path, opens }) =>
    leaves(path, at(props, ...path.split(".")))
      .filter(({ value }) => opens.includes(value))
      .map((leaf) => ({ path: leaf.path, problem: "it is shared with everyone", allowed })),
  );
}

/** A permission of a function or an event bus names one principal. [aws.lambda.Permission] */
function ofPermission({ props }: Parameters<typeof policyStatements>[0]): Finding[] {
  const principal = at(props, "principal");
  const narrowed = ["sourceArn", "sourceAccount", "principalOrgId", "condition"].some((name) => {
    const value = at(props, name);
    return (
      value === unknown ||
      isFields(value) ||
      (typeof value === "string" &&
        value !== "" &&
        (name === "sourceArn" ? isOfOwner(value) : !/[*?]/.test(value)))
    );
  });
  if (typeof principal === "string" && !principal.includes("*")) return [];
  return narrowed ? [] : [{ path: "principal", problem: "anyone has the permission", allowed }];
}

/** An ARN of one account, or of a bucket, which has none. */
function isOfOwner(arn: string): boolean {
  return /^arn:aws[\w-]*:[a-z0-9-]+:[\w*-]*:(?:\d{12}:.|:[a-z0-9])/.test(arn);
}
