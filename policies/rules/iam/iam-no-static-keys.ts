import type { ResourceRule } from "../../framework/rule.ts";

export const iamNoStaticKeys: ResourceRule = {
  name: "iam-no-static-keys",
  title: "Nobody and nothing has a key to AWS that stays the same.",
  why: "A key that doesn't expire is copied into a file once and found years later; roles give keys for an hour.",
  fix: "Give pods a role by Pod Identity, people one by single sign-on, and pipelines one by OIDC.",
  severity: "critical",
  level: "mandatory",
  relatedChecks: { none: "the studied tools judge keys that exist, not that there are any" },
  resourceTypes: [
    "aws:iam/user:User",
    "aws:iam/accessKey:AccessKey",
    "aws:iam/userLoginProfile:UserLoginProfile",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
  ],
  example: {
    good: 'new PodIdentityAssociation(name, { namespace: "models", serviceAccount: "engine", roleArn: role.arn, clusterName })',
    bad: "new AccessKey(name, { user: user.name })",
  },
  config: {},

  check() {
    return [
      {
        path: "type",
        problem: "makes a user or a credential that doesn't expire",
        allowed: "roles, taken by Pod Identity, single sign-on or OIDC",
      },
    ];
  },
};
