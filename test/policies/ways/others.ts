import { added, aws, object, type Way } from "./way.ts";

const anyone = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});
const secret = "correct-horse-battery-staple";
const clear = ["no-plaintext-secret", "secret-value-not-in-code", "database-guarded"];

/** Policies, secrets and machines in places that are seldom looked at. */
export const others: readonly Way[] = [
  ...added("policies for anyone under another name", ["resource-policy-not-public", "service-known"], {
    "a search domain": aws("opensearch/domain:Domain", { accessPolicies: anyone }),
    "a search domain's own": aws("opensearch/domainPolicy:DomainPolicy", { accessPolicies: anyone }),
    "a registry": aws("ecr/registryPolicy:RegistryPolicy", { policy: anyone }),
    "a function's layer": aws("lambda/layerVersionPermission:LayerVersionPermission", {
      principal: "*",
      action: "lambda:GetLayerVersion",
    }),
    "an access point": aws("s3control/accessPointPolicy:AccessPointPolicy", { policy: anyone }),
    "a log group's destination": aws("cloudwatch/logDestinationPolicy:LogDestinationPolicy", {
      accessPolicy: anyone,
    }),
    "a service network": aws("vpclattice/authPolicy:AuthPolicy", { policy: anyone }),
    "a vault of archives": aws("glacier/vault:Vault", { accessPolicy: anyone }),
    "a package repository": aws("codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy", {
      policyDocument: anyone,
    }),
    "a snapshot of a volume": aws("ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission", {
      accountId: "all",
    }),
    "a machine image": aws("ec2/amiLaunchPermission:AmiLaunchPermission", { group: "all" }),
  }),
  ...added("secrets in clear in other places", clear, {
    "a pod template's annotation": object("apps/v1:Deployment", {
      template: {
        metadata: { annotations: { "vault/token": `hf_${"a".repeat(34)}` } },
        spec: { containers: [] },
      },
    }),
    "a connection of events": aws("cloudwatch/eventConnection:EventConnection", {
      authorizationType: "API_KEY",
      authParameters: { apiKey: { key: "x-api-key", value: secret } },
    }),
    "a database's password": aws("rds/instance:Instance", { username: "a", password: secret }),
    "a cache's token": aws("elasticache/replicationGroup:ReplicationGroup", { authToken: secret }),
    "a memory database's user": aws("memorydb/user:User", {
      authenticationMode: { type: "password", passwords: [secret] },
    }),
    "an application's client": aws("cognito/identityProvider:IdentityProvider", {
      providerDetails: { client_id: "a", client_secret: secret },
    }),
    "a stage's variables": aws("apigatewayv2/stage:Stage", { stageVariables: { API_KEY: secret } }),
  }),
  ...added("wide principals of other kinds", ["iam-trust-scoped"], {
    "any account": aws("iam/role:Role", {
      assumeRolePolicy: JSON.stringify({
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "*" } }],
      }),
    }),
    "any repository's workflow": aws("iam/role:Role", {
      assumeRolePolicy: JSON.stringify({
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRoleWithWebIdentity",
            Principal: {
              Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
            },
            Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } },
          },
        ],
      }),
    }),
    "a workflow without a subject": aws("iam/role:Role", {
      assumeRolePolicy: JSON.stringify({
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRoleWithWebIdentity",
            Principal: {
              Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
            },
            Condition: { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } },
          },
        ],
      }),
    }),
    "everyone but one": aws("iam/role:Role", {
      assumeRolePolicy: JSON.stringify({
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", NotPrincipal: { AWS: "111122223333" } }],
      }),
    }),
    "an account by a pattern": aws("iam/role:Role", {
      assumeRolePolicy: JSON.stringify({
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::*:root" } }],
      }),
    }),
  }),
];
