import { otherPolicies } from "../../data/resource-policies.ts";
import type { Resource } from "../../framework/rule.ts";
import {
  at,
  elements,
  type Fields,
  isFields,
  isList,
  plain,
  texts,
  type Unknown,
  unknown,
  type Value,
} from "../../framework/value.ts";
import { type LocatedValue, locatedElements } from "../text/located-value.ts";

const permissionSetPolicy = "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy";
/** Identity-based policies: allowed actions and resources. */
const identityPolicies: readonly string[] = [
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/groupPolicy:GroupPolicy",
  "aws:iam/userPolicy:UserPolicy",
  permissionSetPolicy,
];
export const keyPolicies: readonly string[] = ["aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"];
/** Resource-based policies: allowed principals. A resource of `*` is the one that they are attached to. */
export const resourcePolicies: readonly string[] = [
  ...keyPolicies,
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:secretsmanager/secret:Secret",
  "aws:secretsmanager/secretPolicy:SecretPolicy",
  "aws:sqs/queue:Queue",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sns/topic:Topic",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:backup/vaultPolicy:VaultPolicy",
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
  "aws:dynamodb/resourcePolicy:ResourcePolicy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:efs/fileSystemPolicy:FileSystemPolicy",
  "aws:kinesis/resourcePolicy:ResourcePolicy",
  "aws:s3/accessPoint:AccessPoint",
];
/** Types with a resource policy, except those that other rules cover. */
export const otherResourcePolicies: readonly string[] = Object.keys(otherPolicies);
export const roles: readonly string[] = ["aws:iam/role:Role"];
/** Where resources attach policies by their ARNs. */
const attaching: Readonly<Record<string, string>> = {
  ...Object.fromEntries(roles.map((type) => [type, "managedPolicyArns"])),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
  "aws:budgets/budgetAction:BudgetAction": "definition.iamActionDefinition.policyArn",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
  "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
  "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
};
/** Types of resources that attach a policy to a role, user or group. */
export const policyAttachments: readonly string[] = Object.keys(attaching);

/** The ARNs of the policies that a resource attaches, each where it is written. */
export function attachedPolicies({ type, props }: Omit<Resource, "options">): readonly LocatedValue[] {
  const property = attaching[type];
  const value = property === undefined ? undefined : at(props, ...property.split("."));
  if (property === undefined || value === undefined) return [];
  return isList(value) ? locatedElements(property, value) : [{ path: property, value }];
}

/** Everything that holds a policy. */
export const policyHolders: readonly string[] = [...identityPolicies, ...resourcePolicies, ...roles];

/** The principals of a statement. */
export interface Principal {
  readonly kind: "AWS" | "Service" | "Federated" | "CanonicalUser";
  readonly id: string;
}

/** One statement of an IAM policy. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  /** In lower case, as IAM compares them. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly Principal[];
  /** Elements that mean everything but what they name. */
  readonly inverted: readonly string[];
  /** Unset for a statement that always holds. */
  readonly condition: Fields | undefined;
}

/** Condition keys that identify the caller. [IAM, global condition keys; KMS, condition keys] */
const owners = [
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "kms:calleraccount",
];
/** Other operators match requests without the key, or accept patterns. */
const equality = ["StringEquals", "ArnEquals"];

/** Whether a statement that is about anyone is for requests of named accounts, roles or resources alone. */
export function isNarrowedToOwner({ condition }: Statement): boolean {
  return equality.some((operator) => {
    const wanted = at(condition, operator);
    return (
      isFields(wanted) &&
      Object.entries(wanted).some(([name, value]) => owners.includes(name.toLowerCase()) && isNamed(value))
    );
  });
}

function isNamed(value: Value): boolean {
  const named = texts(value);
  return named !== unknown && named.length > 0 && named.every((name) => name !== "" && !/[*?]/.test(name));
}

/** A statement with its path. */
export interface PlacedStatement {
  /** Such as `policy.Statement.0`; the policy's own path where it can't be read at all. */
  readonly path: string;
  readonly where?: string;
  /** Unknown for a statement that isn't known at preview. */
  readonly statement: Statement | Unknown;
  /** Whether it is known only during the update: rules for single resources then check it, before it is created. */
  readonly pending?: boolean;
}

/** The statements of a resource's policies; none for other resources. */
export function policyStatements({ type, props }: Omit<Resource, "options">): readonly PlacedStatement[] {
  const other = Object.hasOwn(otherPolicies, type) ? otherPolicies[type] : undefined;
  if (other !== undefined) return statements(other, at(props, other));
  if (type === permissionSetPolicy) return statements("inlinePolicy", at(props, "inlinePolicy"));
  if (!roles.includes(type))
    return policyHolders.includes(type) ? statements("policy", at(props, "policy")) : [];
  const inline = elements(at(props, "inlinePolicies"));
  if (inline === unknown) return [{ path: "inlinePolicies", statement: unknown }];
  return inline.flatMap((one, index) => statements(`inlinePolicies.${index}.policy`, at(one, "policy")));
}

/** The statements of a role's trust policy. */
export function trustStatements({ type, props }: Omit<Resource, "options">): readonly PlacedStatement[] {
  return roles.includes(type) ? statements("assumeRolePolicy", at(props, "assumeRolePolicy") ?? "") : [];
}

/** Whether a statement applies to every principal. */
export function isAboutAnyone({ principals, inverted }: Statement): boolean {
  return inverted.includes("NotPrincipal") || principals.some(({ id }) => id.includes("*"));
}

/** The administrators of an account, who can change its policies anyway. */
export function isAccount({ kind, id }: Principal): boolean {
  return kind === "AWS" && /^(?:arn:aws[a-z-]*:iam::\d{12}:root|\d{12})$/.test(id);
}

/** The statements of a policy, which Pulumi accepts as a JSON string and as an object. */
function statements(path: string, value: Value): readonly PlacedStatement[] {
  if (value === undefined) return [];
  if (value === unknown) return [{ path, statement: unknown, pending: true }];
  const all = at(typeof value === "string" ? parseJson(value) : value, "Statement");
  if (isFields(all)) return [{ path: `${path}.Statement`, statement: statement(all) }];
  if (!isList(all)) return [{ path, statement: unknown }];
  return all.map((one, index) => ({
    path: `${path}.Statement.${index}`,
    where: `statement ${index}`,
    statement: statement(one),
  }));
}

/** What a statement may hold. IAM takes no other keys, so another one hides what is meant. */
const keys = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/** [docs.aws.amazon.com/IAM, grammar of the policy language] */
function statement(value: Value): Statement | Unknown {
  if (!isFields(value) || !Object.keys(value).every((key) => keys.includes(key))) return unknown;
  const effect = at(value, "Effect");
  const actions = texts(at(value, "Action"));
  const resources = texts(at(value, "Resource"));
  const allowed = principals(at(value, "Principal"));
  const condition = at(value, "Condition");
  if (effect !== "Allow" && effect !== "Deny") return unknown;
  if (actions === unknown || resources === unknown || allowed === unknown) return unknown;
  if (condition !== undefined && !isFields(condition)) return unknown;
  const inverted = keys.filter((key) => key.startsWith("Not") && at(value, key) !== undefined);
  if (actions.length === 0 && !inverted.includes("NotAction")) return unknown;
  return {
    effect,
    actions: actions.map((action) => action.toLowerCase()),
    resources,
    principals: allowed,
    inverted,
    condition,
  };
}

const kinds: readonly Principal["kind"][] = ["AWS", "Service", "Federated", "CanonicalUser"];

function principals(value: Value): readonly Principal[] | Unknown {
  if (value === undefined) return [];
  if (value === "*") return [{ kind: "AWS", id: "*" }];
  if (!isFields(value)) return unknown;
  if (!Object.keys(value).every((key) => kinds.some((kind) => kind === key))) return unknown;
  let all: readonly Principal[] = [];
  for (const kind of kinds) {
    const ids = texts(at(value, kind));
    if (ids === unknown) return unknown;
    all = [...all, ...ids.map((id) => ({ kind, id }))];
  }
  return all;
}

function parseJson(text: string): Value {
  try {
    return plain(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return unknown;
    throw error;
  }
}
