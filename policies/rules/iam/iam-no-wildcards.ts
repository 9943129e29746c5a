import { actionsWithoutResource } from "../../data/actions-without-resource.ts";
import type { Finding, Resource, ResourceRule } from "../../framework/rule.ts";
import type { ConfigOf, RuleSettings } from "../../framework/settings.ts";
import { at, isFields, texts, unknown, type Value } from "../../framework/value.ts";
import {
  attachedPolicies,
  isAccount,
  keyPolicies,
  type PlacedStatement,
  policyAttachments,
  policyHolders,
  policyStatements,
  resourcePolicies,
  type Statement,
  trustStatements,
} from "../../read/aws/iam-document.ts";
import { printable } from "../../read/text/printable.ts";

const settings = {
  starResourceActions: {
    type: "array",
    description: "Actions that may be allowed on every resource, as AWS has no resource to name for them.",
    items: { type: "string", pattern: "^[a-z0-9-]+:[A-Za-z0-9]+$" },
    minItems: 0,
    default: actionsWithoutResource,
  },
  wholeKinds: {
    type: "array",
    description: "Kinds of resources that may be allowed as a whole, each as service:kind.",
    items: { type: "string", pattern: "^[a-z0-9-]+:[a-z0-9-]+$" },
    minItems: 0,
    // What instances are started from and in. [EC2, RunInstances]
    default: [
      "ec2:capacity-reservation",
      "ec2:image",
      "ec2:placement-group",
      "ec2:security-group",
      "ec2:snapshot",
      "ec2:subnet",
      "iam:instance-profile",
    ],
  },
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const iamNoWildcards: ResourceRule<typeof settings> = {
  name: "iam-no-wildcards",
  title: "What is allowed is named: actions in full, and resources wherever AWS knows any.",
  why: "A wildcard grants what nobody thought of, tomorrow's actions included; whoever takes over one pod then has the account.",
  fix: "Name each action and the ARN of each resource, and attach no policy of full access; an action without resources goes into starResourceActions.",
  severity: "critical",
  level: "mandatory",
  relatedChecks: ["AwsSolutions-IAM5"],
  resourceTypes: [...new Set([...policyHolders, ...policyAttachments])],
  example: {
    good: '{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::gantry-models/*" }',
    bad: '{ Effect: "Allow", Action: "s3:*", Resource: "*" }',
  },
  config: settings,

  check(resource, config) {
    const statements = [...trustStatements(resource), ...policyStatements(resource)];
    const inStatements = statements.flatMap(({ statement, pending, ...place }) =>
      (pending ? [] : [...wildcards(statement, resource.type, config)]).map((finding) => ({
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
  if (resourcePolicies.includes(type)) return;
  for (const [index, resource] of statement.resources.entries()) {
    const kind = wholeKind(resource);
    if (kind !== undefined && !config.wholeKinds.includes(kind) && !isNarrowedByTag(statement))
      yield {
        path: `.Resource.${index}`,
        problem: `every resource of the kind ${kind} is meant`,
        allowed:
          "ARNs with a name or its beginning, a condition of equality on tags or aliases, or a kind in wholeKinds",
      };
  }
}

/** Services whose ARNs begin with a name and not with a kind. [docs.aws.amazon.com/service-authorization] */
const withoutKinds = ["codecommit", "execute-api", "s3", "s3express"];

/** The kind of which an ARN means all, such as `secretsmanager:secret` of `…:secret:*`. */
function wholeKind(resource: string): string | undefined {
  const [, , service = "", , , ...own] = resource.split(":");
  const kind = /^([\w-]+)[:/][*?:/]+$/.exec(own.join(":"))?.[1];
  return kind === undefined || withoutKinds.includes(service) ? undefined : `${service}:${kind}`;
}

/** Keys of a condition by which a resource is one of ours. [IAM, global condition keys; KMS, condition keys] */
const ownMarks = /^(?:[a-z0-9]+:(?:resource|request)tag\/.+|kms:resourcealiases)$/i;

/** Others leave out what has no such key, or take patterns. */
const equalities = ["StringEquals", "ForAnyValue:StringEquals"];

function isNarrowedByTag({ condition }: Statement): boolean {
  return equalities.some((operator) => {
    const wanted = at(condition, operator);
    return (
      isFields(wanted) &&
      Object.entries(wanted).some(([key, value]) => {
        const named = texts(value);
        return ownMarks.test(key) && named !== unknown && named.length > 0 && !named.includes("");
      })
    );
  });
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

function broadPolicies(resource: Resource): Finding[] {
  return attachedPolicies(resource)
    .filter(({ value }) => value !== unknown && !isNarrowPolicy(value))
    .map(({ path }) => ({
      path,
      problem: "the attached policy gives full access, or is none that can be read",
      allowed: "the ARN of a policy for less than full access or administration",
    }));
}

function isNarrowPolicy(arn: Value): boolean {
  return (
    typeof arn === "string" &&
    /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]+$/.test(arn) &&
    !/Administrator|PowerUser|FullAccess/i.test(arn)
  );
}
