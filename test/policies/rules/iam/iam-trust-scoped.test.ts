import { iamTrustScoped as rule } from "../../../../policies/rules/iam/iam-trust-scoped.ts";
import { secret, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const role = (assumeRolePolicy: Wire): Given => ({
  type: "aws:iam/role:Role",
  name: "engine",
  props: { assumeRolePolicy },
});
const text = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Principal: unknown, more: object = {}) => ({
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal,
  ...more,
});
const trust = (principal: unknown, more?: object) => role(text(allow(principal, more)));
const pods = { Service: "pods.eks.amazonaws.com" };
const github = { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" };
const sub = { "token.actions.githubusercontent.com:sub": "repo:gantry/gantry:ref:refs/heads/main" };
const aud = { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" };
const web = (Condition: object, provider = github) =>
  trust(provider, { Action: "sts:AssumeRoleWithWebIdentity", Condition });
const both = { StringEquals: { ...sub, ...aud } };
const subjects = (given: unknown) =>
  web({ StringEquals: { ...aud, "token.actions.githubusercontent.com:sub": given } });
const ops = "arn:aws:iam::111122223333:role/ops";
const first = ["engine#assumeRolePolicy.Statement.0"];

const vendor = "arn:aws:iam::464622532012:root";

cases(rule, {
  passes: [
    ["pods", trust(pods, { Action: ["sts:AssumeRole", "sts:TagSession"] })],
    ["several services", trust({ Service: ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] })],
    ["a secret policy", role(secret(text(allow(pods))))],
    ["an object in place of text", role({ Statement: { ...allow("x"), Principal: pods } })],
    ["one subject of a provider", web(both)],
    [
      "one subject of a provider in another partition",
      web(both, { Federated: github.Federated.replace("arn:aws:", "arn:aws-us-gov:") }),
    ],
    ["a refusal for anyone", role(text(allow(pods), { ...allow("*"), Effect: "Deny" }))],
    ["a role on the list", trust({ AWS: ops }), { config: { trustedPrincipals: [ops] } }],
    [
      "a listed account that tells its customers apart",
      trust({ AWS: vendor }, { Condition: { StringEquals: { "sts:ExternalId": "0a1b2c3d" } } }),
      { config: { trustedPrincipals: [vendor] } },
    ],
  ],
  reports: [
    ["anyone", trust("*"), first],
    ["any AWS principal", trust({ AWS: ["*"] }), first],
    ["all but one", role(text({ Effect: "Allow", Action: "sts:AssumeRole", NotPrincipal: pods })), first],
    ["all but one beside a service", trust(pods, { NotPrincipal: { AWS: ops } }), first],
    ["no principal", role(text({ Effect: "Allow", Action: "sts:AssumeRole" })), first],
    ["a whole account", trust({ AWS: "arn:aws:iam::111122223333:root" }), first],
    ["a role that isn't on the list", trust({ AWS: ops }), first],
    ["another owner's service", trust({ Service: "pods.eks.amazonaws.com.example.com" }), first],
    ["an address that ends as a service does", trust({ Service: "example.com/ec2.amazonaws.com" }), first],
    ["services by pattern", trust({ Service: "*.amazonaws.com" }), first],
    ["a service and a role", trust({ ...pods, AWS: ops }), first],
    [
      "a user of S3 by its id",
      trust({ CanonicalUser: "79a59df900b949e55d96a1e698fbacedfd6e09d98eac" }),
      first,
    ],
    ["a provider without conditions", trust(github), first],
    ["an audience only", web({ StringEquals: aud }), first],
    ["a subject only", web({ StringEquals: sub }), first],
    ["a subject by pattern", web({ StringEquals: aud, StringLike: sub }), first],
    ["a subject of another provider", web({ StringEquals: { ...aud, "gitlab.com:sub": "x" } }), first],
    ["no subject at all", subjects([]), first],
    ["an empty subject beside another", subjects(["repo:gantry/gantry:ref:refs/heads/main", ""]), first],
    ["the subject that the token says", subjects(`\${token.actions.githubusercontent.com:sub}`), first],
    ["conditions that are over without the key", web({ StringEqualsIfExists: { ...sub, ...aud } }), first],
    ["a provider whose ARN is inside of a text", web(both, { Federated: `x ${github.Federated}` }), first],
    ["a provider of SAML", trust({ Federated: "arn:aws:iam::111122223333:saml-provider/ad" }), first],
    ["the second of two", role(text(allow(pods), allow("*"))), ["engine#assumeRolePolicy.Statement.1"]],
    [
      "each of two",
      role(text(allow("*"), allow({ AWS: ops }))),
      [...first, "engine#assumeRolePolicy.Statement.1"],
    ],
    ["no policy", role(null), ["engine#assumeRolePolicy"]],
    ["a policy that is no JSON", role("anyone"), ["engine#assumeRolePolicy"]],
    [
      "a listed account without an external id",
      trust({ AWS: vendor }),
      first,
      { config: { trustedPrincipals: [vendor] } },
    ],
    [
      "a listed account whose external id the caller chooses",
      trust({ AWS: vendor }, { Condition: { StringEquals: { "sts:ExternalId": `\${aws:username}` } } }),
      first,
      { config: { trustedPrincipals: [vendor] } },
    ],
    [
      "an illegal configuration",
      trust(pods),
      ["engine#configuration.trustedPrincipals"],
      { config: { trustedPrincipals: ["*"] } },
    ],
  ],
});
