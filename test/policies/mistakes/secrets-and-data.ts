import type { Wire } from "../../../scripts/plan/wire.ts";
import { type Mistake, set } from "../mutations.ts";

const token = "sk-0123456789abcdef0123";
const isObject = (value: Wire) => typeof value === "object" && value !== null;

/** A policy with its first statement changed, or with all of them. */
const statement = (change: object) => (policy: Wire) => {
  const { Statement, ...rest } = JSON.parse(String(policy));
  return JSON.stringify({ ...rest, Statement: Statement.map((one: object) => ({ ...one, ...change })) });
};

/** What can be wrong with secrets, with what is stored, and with who may do what. */
export const secretsAndDataMistakes: readonly Mistake[] = [
  {
    what: "no sign of a new value",
    type: "secretsmanager/secret:Secret",
    path: "tags",
    caughtBy: ["secret-rotated"],
  },
  {
    what: "a new value once a year",
    type: "secretsmanager/secret:Secret",
    path: "tags",
    becomes: set({ "gantry.dev/rotate-after-days": "365" }),
    caughtBy: ["secret-rotated"],
  },
  {
    what: "a value in bytes",
    type: ":SecretVersion",
    path: "secretBinary",
    becomes: set("AAAA"),
    caughtBy: ["secret-value-not-in-code"],
  },
  {
    what: "a value that Pulumi keeps all the same",
    type: ":SecretVersion",
    path: "secretStringWo",
    becomes: set("the-key"),
    caughtBy: ["secret-value-not-in-code"],
  },
  {
    what: "a key by flag",
    type: "v1:Deployment",
    path: "spec.template.spec.containers.*.args",
    becomes: (args) => [...(args as readonly Wire[]), "--api-key=the-key"],
    caughtBy: ["no-plaintext-secret"],
  },
  {
    what: "a token for the hub",
    type: "v1:Job",
    path: "spec.template.spec.containers.*.env",
    becomes: (env) => [...(env as readonly Wire[]), { name: "HF_TOKEN", value: "the-token" }],
    caughtBy: ["no-plaintext-secret"],
  },
  {
    what: "a token among the settings",
    type: "core/v1:ConfigMap",
    path: "data",
    becomes: (data) => ({ ...(data as object), "hub.env": `HUB_TOKEN=${token}` }),
    caughtBy: ["no-plaintext-secret"],
  },
  {
    what: "a token in a script",
    type: "core/v1:ConfigMap",
    path: "data.*",
    becomes: (script) => `${script}\ncurl -H "Authorization: Bearer ${token}"`,
    caughtBy: ["no-plaintext-secret"],
  },
  {
    what: "a well-known password",
    type: "helm.sh/v3:Release",
    path: "values.grafana",
    where: isObject,
    becomes: (grafana) => ({ ...(grafana as object), adminPassword: "prom-operator" }),
    caughtBy: ["no-plaintext-secret"],
  },
  {
    what: "a key from somewhere else than a Secret",
    type: "v1:Deployment",
    path: "spec.template.spec.containers.*.env.*.valueFrom",
    where: isObject,
    becomes: set({ configMapKeyRef: { name: "keys", key: "key" } }),
    caughtBy: ["no-plaintext-secret"],
  },
  {
    what: "a refresh on edit only",
    type: "external-secrets.io/v1:ExternalSecret",
    path: "spec.refreshPolicy",
    becomes: set("OnChange"),
    caughtBy: ["external-secret-survives-outage"],
  },
  {
    what: "a store for every label",
    type: ":ClusterSecretStore",
    path: "spec.conditions",
    becomes: set([{ namespaceSelector: {} }]),
    caughtBy: ["external-secret-survives-outage"],
  },
  {
    what: "a key for anyone",
    type: "kms/key:Key",
    path: "policy",
    where: (value) => typeof value === "string",
    becomes: statement({ Principal: "*", Condition: undefined }),
    caughtBy: ["kms-key-hardened"],
  },
  {
    what: "a key that nothing rotates",
    type: "kms/key:Key",
    path: "enableKeyRotation",
    caughtBy: ["kms-key-hardened"],
  },

  {
    what: "no policy",
    type: ":BucketPolicy",
    path: "policy",
    becomes: set('{ "Statement": [] }'),
    caughtBy: ["bucket-not-public"],
  },
  {
    what: "TLS for reading only",
    type: ":BucketPolicy",
    path: "policy",
    becomes: statement({ Action: "s3:GetObject" }),
    caughtBy: ["bucket-not-public"],
  },
  {
    what: "TLS for another bucket",
    type: ":BucketPolicy",
    path: "policy",
    becomes: statement({ Resource: ["arn:aws:s3:::other", "arn:aws:s3:::other/*"] }),
    caughtBy: ["bucket-not-public"],
  },
  {
    what: "a refusal that became a permission",
    type: ":BucketPolicy",
    path: "policy",
    becomes: statement({ Effect: "Allow" }),
    caughtBy: ["bucket-not-public"],
  },
  {
    what: "no versions by default",
    type: ":BucketVersioning",
    path: "versioningConfiguration",
    caughtBy: ["bucket-encrypted-and-versioned"],
  },
  {
    what: "no rule of encryption",
    type: ":BucketServerSideEncryptionConfiguration",
    path: "rules",
    becomes: set([]),
    caughtBy: ["bucket-encrypted-and-versioned"],
  },
  {
    what: "a load balancer that goes by mistake",
    type: "lb/loadBalancer:LoadBalancer",
    path: "enableDeletionProtection",
    where: (value) => value === true,
    becomes: set(false),
    caughtBy: ["deletion-protected"],
  },

  {
    what: "all of a service",
    type: ":RolePolicy",
    path: "policy",
    becomes: statement({ Action: "s3:*" }),
    caughtBy: ["iam-no-wildcards"],
  },
  {
    what: "every resource",
    type: ":RolePolicy",
    path: "policy",
    becomes: statement({ Action: "s3:GetObject", Resource: "*" }),
    caughtBy: ["iam-no-wildcards"],
  },
  {
    what: "a wildcard in the middle",
    type: ":RolePolicy",
    path: "policy",
    becomes: statement({ Action: "iam:Pass*" }),
    caughtBy: ["iam-no-wildcards"],
  },
  {
    what: "all but something",
    type: ":RolePolicy",
    path: "policy",
    becomes: statement({ Action: undefined, NotAction: "iam:*" }),
    caughtBy: ["iam-no-wildcards"],
  },
  {
    what: "all of a service",
    type: "iam/role:Role",
    path: "managedPolicyArns",
    becomes: set(["arn:aws:iam::aws:policy/AmazonS3FullAccess"]),
    caughtBy: ["iam-no-wildcards"],
  },
  {
    what: "trust in a whole account",
    type: "iam/role:Role",
    path: "assumeRolePolicy",
    becomes: statement({ Principal: { AWS: "111122223333" } }),
    caughtBy: ["iam-trust-scoped"],
  },
  {
    what: "a queue for every action",
    type: ":QueuePolicy",
    path: "policy",
    becomes: statement({ Effect: "Allow", Action: "sqs:*" }),
    caughtBy: ["iam-no-wildcards"],
  },
  {
    what: "a cache that also talks in clear",
    type: ":ReplicationGroup",
    path: "transitEncryptionMode",
    becomes: set("preferred"),
    caughtBy: ["cache-encrypted-and-authenticated"],
  },
  {
    what: "a cache without a password",
    type: ":ReplicationGroup",
    path: "authTokenWo",
    caughtBy: ["cache-encrypted-and-authenticated"],
  },
  {
    what: "a cache of one node",
    type: ":ReplicationGroup",
    path: "numCacheClusters",
    becomes: set(1),
    caughtBy: ["cache-fails-over"],
  },
  {
    what: "a cache without snapshots",
    type: ":ReplicationGroup",
    path: "snapshotRetentionLimit",
    becomes: set(0),
    caughtBy: ["cache-fails-over"],
  },
];
