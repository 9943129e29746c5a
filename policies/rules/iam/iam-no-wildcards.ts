import { actionsWithoutResource } from "../../data/actions-without-resource.ts";
import {
  isAccount,
  keyPolicies,
  type PlacedStatement,
  policyHolders,
  policyStatements,
  resourcePolicies,
  roles,
  type Statement,
  trustStatements,
} from "../../lib/iam-document.ts";
import { printable } from "../../lib/printable.ts";
import type { Finding, Resource, ResourceRule } from "../../lib/rule.ts";
import type { ConfigOf, Settings } from "../../lib/settings.ts";
import { at, isList, unknown, type Value } from "../../lib/value.ts";

/** Where resources attach policies by their ARNs. */
const attached: Readonly<Record<string, string>> = {
  ...Object.fromEntries(roles.map((type) => [type, "managedPolicyArns"])),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
  "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
};

const settings = {
  starResourceActions: {
    type: "array",
    description: "Actions that may be allowed on every resource, as AWS has no resource to name for them.",
    items: { type: "string", pattern: "^[a-z0-9-]+:[A-Za-z0-9]+$" },
    minItems: 0,
    default: actionsWithoutResource,
  },
} as const satisfies Settings;

type Config = ConfigOf<typeof settings>;

export const iamNoWildcards: ResourceRule<typeof settings> = {
  name: "iam-no-wildcards",
  title: "What is allowed is named: actions in full, and resources wherever AWS knows any.",
  why: "A wildcard grants what nobody thought of, tomorrow's actions included; whoever takes over one pod then has the account.",
  fix: "Name each action and the ARN of each resource, and attach no policy of full access.",
  severity: "critical",
  level: "mandatory",
  anchors: ["AwsSolutions-IAM5"],
  reads: [...new Set([...policyHolders, ...Object.keys(attached)])],
  example: {
    good: '{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::gantry-models/*" }',
    bad: '{ Effect: "Allow", Action: "s3:*", Resource: "*" }',
  },
  config: settings,

  check(resource, config) {
    const statements = [...trustStatements(resource), ...policyStatements(resource)];
    const inStatements = statements.flatMap(({ statement, ...place }) =>
      [...wildcards(statement, resource.type, config)].map((finding) => ({
        ...finding,
        ...place,
        path: `${place.path}${finding.path}`,
      })),
    );
    return [...inStatements, ...broadPolicies(resource)];
  },
};

/** Findings with their paths inside of the statement. */
function* wildcards(
  statement: PlacedStatement["statement"],
  type: string,
  config: Config,
): Generator<Finding> {
  if (statement === unknown) {
    yield {
      path: "",
      problem: "the policy can't be read at preview",
      allowed: "JSON of a policy, known at preview",
    };
    return;
  }
  if (statement.effect === "Deny") return;
  for (const element of ["NotAction", "NotResource"].filter((one) => statement.inverted.includes(one)))
    yield {
      path: `.${element}`,
      problem: `${element} allows all but what it names`,
      allowed: "Action and Resource",
    };
  for (const [index, action] of statement.actions.entries())
    if (/[*?]/.test(action) && !isOwnKey(type, action, statement))
      yield {
        path: `.Action.${index}`,
        problem: `action ${printable("action", action)} allows more than it names`,
        allowed: "actions in full",
      };
  if (isEverything(statement, type, config))
    yield {
      path: ".Resource",
      problem: "what it allows is allowed on every resource",
      allowed: "ARNs, but for the actions in starResourceActions",
    };
}

/** What every key's policy begins with, so that its account can't be locked out of it. [KMS, default key policy] */
function isOwnKey(type: string, action: string, { principals }: Statement): boolean {
  return (
    keyPolicies.includes(type) && action === "kms:*" && principals.length > 0 && principals.every(isAccount)
  );
}

function isEverything(
  { actions, resources }: Statement,
  type: string,
  { starResourceActions }: Config,
): boolean {
  if (resourcePolicies.includes(type) || !resources.some(isAnyResource)) return false;
  const harmless = starResourceActions.map((action) => action.toLowerCase());
  return !actions.every((action) => harmless.includes(action));
}

/** `*`, `arn:*`, or a service's ARN whose own part is nothing but wildcards, as all buckets are. */
function isAnyResource(resource: string): boolean {
  const [arn = "", partition = "", service = "", , , ...own] = resource.split(":");
  if (arn !== "arn" || /[*?]/.test(partition + service)) return true;
  return /^[*?:/]*$/.test(own.join(":"));
}

function broadPolicies({ type, props }: Resource): Finding[] {
  const property = attached[type];
  const value = property === undefined ? undefined : at(props, property);
  if (value === undefined) return [];
  const arns = isList(value)
    ? value.map((arn, index) => [`${property}.${index}`, arn] as const)
    : [[`${property}`, value] as const];
  return arns
    .filter(([, arn]) => !isNarrowPolicy(arn))
    .map(([path]) => ({
      path,
      problem: "the attached policy gives full access, or can't be told at preview",
      allowed: "the ARN of a policy, known at preview, for less than full access or administration",
    }));
}

function isNarrowPolicy(arn: Value): boolean {
  return (
    typeof arn === "string" &&
    /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]+$/.test(arn) &&
    !/Administrator|PowerUser|FullAccess/i.test(arn)
  );
}
