import type { ResourceRule } from "../../framework/rule.ts";

export const iamNoStaticKeys: ResourceRule = {
  name: "iam-no-static-keys",
  title: "No user or workload has a long-lived AWS access key.",
  why: "A key that doesn't expire is copied into a file once and found years later; a role's credentials expire within hours.",
  fix: "Use roles: EKS Pod Identity for pods, single sign-on for people, OIDC for pipelines.",
  severity: "critical",
  relatedChecks: { none: "the studied tools check existing keys, not whether a program creates one" },
  resourceTypes: [
    "aws:iam/user:User",
    "aws:iam/accessKey:AccessKey",
    "aws:iam/userLoginProfile:UserLoginProfile",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
    "aws:iam/signingCertificate:SigningCertificate",
    "aws:iam/sshKey:SshKey",
  ],
  example: {
    good: 'new PodIdentityAssociation(name, { namespace: "models", serviceAccount: "engine", roleArn: role.arn, clusterName })',
    bad: "new AccessKey(name, { user: user.name })",
  },

  check() {
    return [
      {
        path: "type",
        problem: "creates a user or a credential that doesn't expire",
        allowed: "roles, assumed by Pod Identity, single sign-on or OIDC",
      },
    ];
  },
};
