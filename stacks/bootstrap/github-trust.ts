import { type Account, iamArn, policyDocument } from "../../components/shared/account.ts";

/** GitHub's issuer of tokens for workflows, without `https://`, as IAM names the provider. */
export const githubIssuer = "token.actions.githubusercontent.com";

/**
 * Lets exactly these workflows of one repository assume a role.
 * @param subjects what follows the repository in a token's `sub`, such as `pull_request` or `environment:prod`
 * [docs.github.com, OpenID Connect reference: example subject claims]
 */
export function githubTrust(account: Account, repository: string, subjects: readonly string[]): string {
  return policyDocument([
    {
      Effect: "Allow",
      Principal: { Federated: iamArn(account, `oidc-provider/${githubIssuer}`) },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${githubIssuer}:aud`]: "sts.amazonaws.com",
          [`${githubIssuer}:sub`]: subjects.map((subject) => `repo:${repository}:${subject}`),
        },
      },
    },
  ]);
}
