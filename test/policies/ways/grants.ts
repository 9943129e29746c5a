import { added, aws, object, type Way } from "./way.ts";

const secret = "Tr0ub4dor-and-3-more";
const bearer = `Bearer ${secret}`;
const pod = (container: object) =>
  object("apps/v1:Deployment", {
    template: {
      metadata: { labels: { app: "way" } },
      spec: { containers: [{ name: "a", image: "acme/app:1", ...container }] },
    },
  } as never);
const role = (kind: string, resources: string[], verbs: string[]) =>
  object(
    `rbac.authorization.k8s.io/v1:${kind}`,
    {},
    { rules: [{ apiGroups: ["", "apps", "batch"], resources, verbs }] },
  );
const policy = (Action: string, Resource: string) =>
  aws("iam/policy:Policy", {
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] }),
  });
const open = {
  blockPublicAcls: false,
  blockPublicPolicy: false,
  ignorePublicAcls: false,
  restrictPublicBuckets: false,
};

/** Grants, credentials and engines that no policy document, name or image tells. */
export const grants: readonly Way[] = [
  ...added("access for everyone other than by a policy", ["resource-policy-not-public"], {
    "a bucket's ACL": aws("s3/bucketAcl:BucketAcl", { bucket: "a", acl: "public-read" }),
    "a bucket's ACL by group": aws("s3/bucketAcl:BucketAcl", {
      bucket: "a",
      accessControlPolicy: {
        grants: [
          {
            permission: "READ",
            grantee: { type: "Group", uri: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers" },
          },
        ],
      },
    }),
    "an object's ACL": aws("s3/bucketObjectv2:BucketObjectv2", { bucket: "a", key: "b", acl: "public-read" }),
    "the account's block on public access": aws("s3/accountPublicAccessBlock:AccountPublicAccessBlock", open),
    "an access point": aws("s3/accessPoint:AccessPoint", {
      bucket: "a",
      publicAccessBlockConfiguration: open,
    }),
    "an access point for several regions": aws("s3control/multiRegionAccessPoint:MultiRegionAccessPoint", {
      details: { name: "a", regions: [{ bucket: "a" }], publicAccessBlock: open },
    }),
    "credentials for guests": aws("cognito/identityPool:IdentityPool", {
      identityPoolName: "a",
      allowUnauthenticatedIdentities: true,
    }),
  }),
  ...added("credentials in headers, encodings and providers", ["no-plaintext-secret"], {
    "an API's key": aws("apigateway/apiKey:ApiKey", { value: secret + secret }),
    "a tunnel's key": aws("ec2/vpnConnection:VpnConnection", {
      customerGatewayId: "a",
      type: "ipsec.1",
      tunnel1PresharedKey: secret,
    }),
    "a file in base64": object(
      "core/v1:ConfigMap",
      {},
      { binaryData: { "app.env": Buffer.from(`DB_PASSWORD=${secret}`).toString("base64") } },
    ),
    "a state machine's request": aws("sfn/stateMachine:StateMachine", {
      definition: JSON.stringify({
        States: { A: { Type: "Task", Parameters: { Headers: { Authorization: bearer } } } },
      }),
    }),
    "a probe's header": pod({
      readinessProbe: { httpGet: { port: 80, httpHeaders: [{ name: "Authorization", value: bearer }] } },
    }),
    "a hook's command": pod({
      lifecycle: { postStart: { exec: { command: ["curl", "-H", `Authorization: ${bearer}`] } } },
    }),
    "a variable with headers": pod({ env: [{ name: "UPSTREAM", value: `Authorization=${bearer}` }] }),
    "another provider": {
      type: "pulumi:providers:aws",
      name: "way",
      inputs: { accessKey: "the-key", secretKey: secret },
    },
  }),
  ...added("roles that reach further than they say", ["rbac-narrow", "iam-no-wildcards"], {
    "pods in every namespace": role("ClusterRole", ["pods"], ["create"]),
    "pods of every node": role("ClusterRole", ["daemonsets"], ["patch"]),
    "tasks in every namespace": role("ClusterRole", ["jobs", "cronjobs"], ["get", "create"]),
    "a key of any name": policy(
      "kms:Decrypt",
      "arn:aws:kms:us-east-1:111122223333:key/????????-????-????-????-????????????",
    ),
    "a secret of any name": policy(
      "secretsmanager:GetSecretValue",
      "arn:aws:secretsmanager:us-east-1:111122223333:secret:*-??????",
    ),
  }),
  ...added("doors that no rule reads", ["service-known"], {
    "a role for foreign certificates": aws("rolesanywhere/profile:Profile", { name: "a", roleArns: ["b"] }),
    "a share with other accounts": aws("ram/resourceShare:ResourceShare", {
      name: "a",
      allowExternalPrincipals: true,
    }),
    "a chat channel with a role": aws("chatbot/slackChannelConfiguration:SlackChannelConfiguration", {
      configurationName: "a",
      iamRoleArn: "b",
    }),
    "another cache": aws("memorydb/cluster:Cluster", { aclName: "open-access", nodeType: "db.t4g.small" }),
    "a search collection": aws("opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy", {
      type: "network",
      policy: JSON.stringify([{ Rules: [], AllowFromPublic: true }]),
    }),
    "a command for instances": aws("ssm/document:Document", {
      documentType: "Command",
      content: JSON.stringify({ schemaVersion: "2.2", mainSteps: [{ action: "aws:runShellScript" }] }),
    }),
  }),
  ...added("engines by one command of a program", ["engine-command-readable", "compute-runs-no-model"], {
    Transformers: pod({ command: ["transformers", "serve"] }),
    "Transformers in a script": pod({ args: ["sh", "-c", "exec transformers serve --host 0.0.0.0"] }),
    "Ray Serve": pod({ command: ["serve", "run", "app:llm"] }),
    "Ray Serve from a file": pod({ command: ["/home/ray/bin/serve"], args: ["deploy", "llm.yaml"] }),
    BentoML: pod({ command: ["bentoml", "serve", "llm:svc"] }),
  }),
];
