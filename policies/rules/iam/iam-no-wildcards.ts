import { actionsWithoutResource } from "../../data/actions-without-resource.ts";
import { narrowPolicies } from "../../data/managed-policies.ts";
import type { Finding, Resource, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
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
  starResourceActions: strings(
    "Actions that may be allowed on *, because AWS doesn't support resource-level permissions for them.",
    { pattern: "^[a-z0-9-]+:[A-Za-z0-9]+$", default: actionsWithoutResource },
  ),
  wholeKinds: strings("Kinds of resources of which all may be allowed, each as service:kind.", {
    pattern: "^[a-z0-9-]+:[a-z0-9-]+$",
    // What instances are launched from and into. [EC2, RunInstances]
    default: [
      "ec2:capacity-reservation",
      "ec2:image",
      "ec2:placement-group",
      "ec2:security-group",
      "ec2:snapshot",
      "ec2:subnet",
      "iam:instance-profile",
      // The state of a change of records. [cert-manager, Route 53]
      "route53:change",
    ],
  }),
  managedPolicies: strings("Names of AWS's managed policies that may be attached.", {
    pattern: "^[\\w+=,.@/-]+$",
    default: narrowPolicies,
  }),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const iamNoWildcards: ResourceRule<typeof settings> = {
  name: "iam-no-wildcards",
  title: "IAM policies name actions in full, and resources wherever AWS supports it.",
  why: "A wildcard grants more than intended, including actions that AWS adds later; whoever compromises one pod then has the account.",
  fix: "Name each action and the ARN of each resource, and don't attach full-access policies; list an action without resource-level permissions in starResourceActions.",
  severity: "critical",
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
    return [...inStatements, ...broadPolicies(resource, config)];
  },
};

/** Findings with their paths inside the statement. */
function* wildcards(
  statement: PlacedStatement["statement"],
  type: string,
  config: Config,
): Generator<Finding> {
  if (statement === unknown) {
    yield {
      path: "",
      problem: "the policy isn't known at preview",
      allowed: "a policy in JSON, known at preview",
    };
    return;
  }
  if (statement.effect === "Deny") return;
  for (const element of ["NotAction", "NotResource"].filter((one) => statement.inverted.includes(one)))
    yield {
      path: `.${element}`,
      problem: `${element} allows everything it doesn't name`,
      allowed: "Action and Resource",
    };
  for (const [index, action] of statement.actions.entries())
    if (/[*?]/.test(action) && !keyFamilies.includes(action) && !isOwnKey(type, action, statement))
      yield {
        path: `.Action.${index}`,
        problem: `action ${printable("action", action)} allows more than it names`,
        allowed: "actions in full",
      };
  const wide = onEverything(statement, type, config);
  if (wide.length > 0)
    yield {
      path: ".Resource",
      problem: "its actions are allowed on every resource",
      allowed: `ARNs; for actions that AWS supports no resource for, ${named(wide)} in starResourceActions`,
    };
  if (resourcePolicies.includes(type)) return;
  for (const [index, resource] of statement.resources.map(withoutVariables).entries()) {
    if (isOfAnyAccount(resource, config) && !isNarrowedByTag(statement))
      yield {
        path: `.Resource.${index}`,
        problem: "resources of every account are allowed",
        allowed:
          "ARNs with an account, or with a bucket's whole name, a condition of equality on tags or on aws:ResourceAccount, or a kind in wholeKinds",
      };
    const kind = wholeKind(resource);
    if (kind !== undefined && !config.wholeKinds.includes(kind) && !isNarrowedByTag(statement, ownNames))
      yield {
        path: `.Resource.${index}`,
        problem: `every resource of the kind ${kind} is allowed`,
        allowed:
          "ARNs with a name or its beginning, a condition of equality on tags or aliases, or a kind in wholeKinds",
      };
  }
}

/** Services whose ARNs begin with a name instead of a kind. [docs.aws.amazon.com/service-authorization] */
const withoutKinds = ["codecommit", "execute-api", "s3", "s3express", "sns", "sqs"];

/** Letters after which a part of a name is one of the team's own, such as `*gantry-dev*`. */
const longEnough = 8;

/**
 * The kind of resource that an ARN matches entirely, such as `secretsmanager:secret` of `…:secret:*`; also by names that
 * begin with a wildcard and say little, and by the beginning of the kind itself.
 */
function wholeKind(resource: string): string | undefined {
  const [, , service = "", , account = "", ...own] = resource.split(":");
  // Access points of S3 belong to an account; buckets don't.
  if (withoutKinds.includes(service) && !(service === "s3" && account !== "")) return undefined;
  const path = own.join(":");
  const begun = /^([\w-]+)[*?]/.exec(path)?.[1];
  if (begun !== undefined) return `${service}:${begun.toLowerCase()}`;
  const [, kind, name = ""] = /^([\w-]+)[:/](.*)$/.exec(path) ?? [];
  if (kind === undefined || !/[*?]/.test(name)) return undefined;
  const parts = name.split(/[:/]/);
  const isWhole = (part: string) => /^[*?.-]*$/.test(part);
  const [first = ""] = parts;
  if (!/^[.-]*[*?]/.test(first)) return parts.every(isWhole) ? `${service}:${kind}` : undefined;
  // Of a group the id comes before the name: `autoScalingGroup:*:autoScalingGroupName/workers`.
  if (isWhole(first)) return isWhole(parts.at(-1) ?? "") ? `${service}:${kind}` : undefined;
  return first.replace(/[^A-Za-z0-9]/g, "").length < longEnough ? `${service}:${kind}` : undefined;
}

/** An ARN as if each variable were a wildcard: the caller's own tags may hold anything. [IAM, policy variables] */
function withoutVariables(resource: string): string {
  return resource.replace(/\$\{(?![*?$]\})[^}]*\}/g, "*");
}

/** Whether an ARN with a name accepts any account's resource of it. One of wildcards alone is found as a whole kind. */
function isOfAnyAccount(resource: string, { wholeKinds }: Config): boolean {
  const [, , service = "", , account = "", ...own] = resource.split(":");
  const kind = /^[\w-]+/.exec(own.join(":"))?.[0] ?? "";
  // Buckets have names and no account: the beginning of a name is anyone's. [S3 user guide, bucket namespaces]
  const inBuckets = service === "s3" && account === "" && isPartOfName(own.join(":"));
  return (
    (inBuckets || /[*?]/.test(account)) &&
    !isAnyResource(resource) &&
    wholeKind(resource) === undefined &&
    !wholeKinds.includes(`${service}:${kind}`)
  );
}

/** Whether wildcards match a bucket's name or a part of it, not only keys. */
function isPartOfName(bucketAndKey: string): boolean {
  return /[*?]/.test(bucketAndKey.split("/")[0] ?? "");
}

/** Condition keys that identify a resource as the team's own. [IAM, global condition keys; KMS, condition keys] */
const ownNames = /^(?:[a-z0-9]+:(?:resource|request)tag\/.+|kms:resourcealiases)$/i;
/** The same, where only whose account it is matters. */
const ownMarks = new RegExp(`${ownNames.source}|^aws:resourceaccount$`, "i");

/** Other operators match requests without the key, or accept patterns. */
const equalities = ["StringEquals", "ForAnyValue:StringEquals"];

function isNarrowedByTag({ condition }: Statement, marks = ownMarks): boolean {
  return equalities.some((operator) => {
    const wanted = at(condition, operator);
    return (
      isFields(wanted) &&
      Object.entries(wanted).some(([key, value]) => {
        const named = texts(value);
        return marks.test(key) && named !== unknown && named.length > 0 && !named.includes("");
      })
    );
  });
}

/** One use of a key each, which AWS documents this way only. [KMS, default key policy; CloudWatch Logs, encryption] */
const keyFamilies = [
  "kms:decrypt*",
  "kms:describe*",
  "kms:encrypt*",
  "kms:generatedatakey*",
  "kms:reencrypt*",
];

/** The first statement of every key policy, which keeps the account from being locked out. [KMS, default key policy] */
function isOwnKey(type: string, action: string, { principals }: Statement): boolean {
  return (
    keyPolicies.includes(type) && action === "kms:*" && principals.length > 0 && principals.every(isAccount)
  );
}

/** The actions of a statement that it allows on every resource, and that need one. */
function onEverything(
  { actions, inverted, resources }: Statement,
  type: string,
  { starResourceActions }: Config,
): readonly string[] {
  if (resourcePolicies.includes(type) || !resources.map(withoutVariables).some(isAnyResource)) return [];
  if (inverted.includes("NotAction")) return ["*"];
  const harmless = starResourceActions.map((action) => action.toLowerCase());
  return actions.filter((action) => !harmless.includes(action));
}

/** Most statements have a few. */
const mostNamed = 5;

function named(actions: readonly string[]): string {
  const names = actions.filter((action) => /^[a-z0-9-]{1,40}:[a-z0-9]{1,60}$/.test(action));
  const some = names.slice(0, mostNamed).map((name) => `"${name}"`);
  return some.length === 0
    ? "their names"
    : some.join(", ") + (names.length > mostNamed ? " and others" : "");
}

/** `*`, `arn:*`, or a service's ARN whose own part consists of wildcards, such as that of all buckets. */
function isAnyResource(resource: string): boolean {
  const [arn = "", partition = "", service = "", , , ...own] = resource.split(":");
  if (arn !== "arn" || /[*?]/.test(partition + service)) return true;
  return /^[*?:/]*$/.test(own.join(":"));
}

function broadPolicies(resource: Resource, { managedPolicies }: Config): Finding[] {
  return attachedPolicies(resource)
    .filter(({ value }) => value !== unknown && !isNarrowPolicy(value, managedPolicies))
    .map(({ path, value }) => ({
      path,
      problem: "the attached policy gives more access than one purpose needs, or isn't known at preview",
      allowed: `the ARN of a policy of the team's own, or of one of AWS's for one purpose; after reading another, its name${nameOf(value)} in managedPolicies`,
    }));
}

function nameOf(arn: Value): string {
  const name = typeof arn === "string" ? /:policy\/([\w+=,.@/-]{1,128})$/.exec(arn)?.[1] : undefined;
  return name === undefined ? "" : ` "${name}"`;
}

/** The team's own policies are checked as resources; of AWS's, most allow an action on every resource. */
function isNarrowPolicy(arn: Value, managedPolicies: readonly string[]): boolean {
  const [, owner, name = ""] =
    typeof arn === "string"
      ? (/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/([\w+=,.@/-]+)$/.exec(arn) ?? [])
      : [];
  if (owner === "aws") return managedPolicies.includes(name);
  return owner !== undefined && !/Administrator|PowerUser|FullAccess/i.test(name);
}
