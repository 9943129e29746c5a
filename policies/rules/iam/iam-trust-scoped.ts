import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, texts, unknown } from "../../framework/value.ts";
import {
  isAboutAnyone,
  type PlacedStatement,
  type Principal,
  roles,
  type Statement,
  trustStatements,
} from "../../read/aws/iam-document.ts";

const settings = {
  trustedPrincipals: strings(
    "ARNs of roles, of this account or another, that may assume roles of the stack, and roots of other accounts that may with a condition on sts:ExternalId.",
    { pattern: "^arn:aws[\\w-]*:iam::\\d{12}:(?:root|role/[\\w+=,.@/-]+)$", default: [] },
  ),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const iamTrustScoped: ResourceRule<typeof settings> = {
  name: "iam-trust-scoped",
  title: "A role can be assumed only by a named service, or by one subject of a named identity provider.",
  why: "A role that anyone can assume, or every repository or pod of an identity provider, grants its permissions to strangers.",
  fix: "Name a service such as pods.eks.amazonaws.com, or an OIDC provider with StringEquals on its sub and aud.",
  severity: "high",
  relatedChecks: { none: "the studied tools only look for * as a principal" },
  resourceTypes: roles,
  example: {
    good: 'Principal: { Service: "pods.eks.amazonaws.com" }',
    bad: 'Principal: { AWS: "*" }',
  },
  config: settings,

  check(resource, config) {
    return trustStatements(resource).flatMap(({ statement, pending, ...place }): Finding[] => {
      const problem = pending ? undefined : tooWide(statement, config);
      return problem === undefined
        ? []
        : [
            {
              ...place,
              problem,
              allowed:
                "services by name, OIDC providers with StringEquals on subject and audience, or principals in trustedPrincipals, another account with StringEquals on sts:ExternalId",
            },
          ];
    });
  },
};

function tooWide(statement: PlacedStatement["statement"], config: Config): string | undefined {
  if (statement === unknown) return "who may assume the role isn't known at preview";
  if (statement.effect === "Deny") return undefined;
  if (isAboutAnyone(statement)) return "anyone may assume the role";
  if (statement.principals.length === 0) return "the statement names no principal";
  return statement.principals.every((principal) => isScoped(principal, statement, config))
    ? undefined
    : "names a principal that is neither a service nor limited to one subject";
}

function isScoped({ kind, id }: Principal, statement: Statement, { trustedPrincipals }: Config): boolean {
  switch (kind) {
    case "Service":
      return /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/.test(id);
    case "Federated":
      return isOneSubject(id, statement);
    case "AWS":
      return trustedPrincipals.includes(id) && (!id.endsWith(":root") || namesCaller(statement));
    default:
      return false;
  }
}

/** What an account of many customers tells them apart by. [IAM, the confused deputy problem] */
function namesCaller({ condition }: Statement): boolean {
  const values = texts(at(condition, "StringEquals", "sts:ExternalId"));
  return values !== unknown && values.length > 0 && values.every(isOneValue);
}

function isOneSubject(provider: string, { condition }: Statement): boolean {
  const issuer = /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/(.+)$/.exec(provider)?.[1];
  if (issuer === undefined) return false;
  return ["sub", "aud"].every((claim) => {
    const values = texts(at(condition, "StringEquals", `${issuer}:${claim}`));
    return values !== unknown && values.length > 0 && values.every(isOneValue);
  });
}

/** A policy variable takes its value from the caller's own token. [IAM, policy variables] */
function isOneValue(value: string): boolean {
  return value !== "" && !value.includes("${");
}
