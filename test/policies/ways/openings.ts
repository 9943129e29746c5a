import type { Wire } from "../../../scripts/plan/wire.ts";
import { added, aws, changed, object, type Way } from "./way.ts";

const region = "us-east-1:111122223333";
const chart = (values: object) => ({
  type: "kubernetes:helm.sh/v3:Release",
  name: "way",
  inputs: {
    chart: "keda",
    version: "2.20.2",
    namespace: "keda",
    repositoryOpts: { repo: "https://kedacore.github.io/charts" },
    values,
  } as never,
});
const statement = (Action: string, Resource: string, more: object = {}) =>
  aws("iam/rolePolicy:RolePolicy", {
    role: "a",
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action, Resource, ...more }],
    }),
  });
const anyone = (type: string, more: object = {}) =>
  aws(type, {
    policy: JSON.stringify({
      Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*", ...more }],
    }),
  });
const access = (policy: string, accessScope: object) =>
  aws("eks/accessPolicyAssociation:AccessPolicyAssociation", {
    principalArn: "arn:aws:iam::111122223333:role/a",
    policyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}`,
    accessScope: accessScope as never,
  });
const binding = (kind: string, role: string, subject: object) =>
  object(
    `rbac.authorization.k8s.io/v1:${kind}`,
    {},
    { roleRef: { kind: "ClusterRole", name: role }, subjects: [subject] as never },
  );
const group = (name: string) => ({ kind: "Group", name });
const rule = (resource: string, verb = "get") =>
  object(
    "rbac.authorization.k8s.io/v1:ClusterRole",
    {},
    { rules: [{ apiGroups: [""], resources: [resource], verbs: [verb] }] },
  );
const without = (name: string) => (value: Wire) =>
  (value as readonly { readonly name: string }[]).filter((one) => one.name !== name) as never;
const secret = "correct-horse-battery-staple";
const clear = ["no-plaintext-secret", "secret-value-not-in-code"];

/** Values that unpin or open, secrets in clear, and rights that are too wide. */
export const openings: readonly Way[] = [
  ...added("values that unpin a chart", ["chart-values-keep-pins"], {
    "an image's tag": chart({ image: { keda: { tag: "latest" } } }),
    "an image's repository": chart({ image: { repository: "evil.example.com/keda" } }),
    "a registry for all": chart({ global: { image: { registry: "evil.example.com" } } }),
    "an image as a text": chart({ webhooks: { image: "acme/webhook:1" } }),
    "another key for it": chart({ grafana: { sidecar: { imageTag: "main" } } }),
    "further containers": chart({ extraContainers: [{ name: "a", image: "a" }] }),
    "further objects": chart({ extraObjects: [{ kind: "Pod" }] }),
    "further manifests": chart({ additionalManifests: ["kind: Pod"] }),
    "the node's network": chart({ hostNetwork: true }),
    "all privileges": chart({ securityContext: { privileged: true } }),
    root: chart({ podSecurityContext: { runAsUser: 0 } }),
    "an anonymous login": chart({ grafana: { "grafana.ini": { "auth.anonymous": { enabled: true } } } }),
  }),
  ...added("secrets in clear", clear, {
    "a parameter": aws("ssm/parameter:Parameter", { name: "/a/api-key", type: "String", value: secret }),
    "an encrypted parameter": aws("ssm/parameter:Parameter", {
      name: "/a/b",
      type: "SecureString",
      value: secret,
    }),
    "a parameter that is only written": aws("ssm/parameter:Parameter", {
      name: "/a/b",
      type: "SecureString",
      valueWo: secret,
    }),
    "a function's variable": aws("lambda/function:Function", {
      environment: { variables: { API_KEY: secret } },
    }),
    "a function's token": aws("lambda/function:Function", {
      environment: { variables: { CONFIG: `hf_${"a".repeat(34)}` } },
    }),
    "a task's variable": aws("ecs/taskDefinition:TaskDefinition", {
      containerDefinitions: JSON.stringify([
        { name: "a", image: "a/b:1", environment: [{ name: "DB_PASSWORD", value: secret }] },
      ]),
    }),
    "a job's variable": aws("batch/jobDefinition:JobDefinition", {
      containerProperties: JSON.stringify({
        image: "a/b:1",
        environment: [{ name: "HF_TOKEN", value: secret }],
      }),
    }),
    "user data": aws("ec2/instance:Instance", { userData: `#!/bin/sh\nexport DB_PASSWORD=${secret}` }),
    "user data in base64": aws("ec2/launchTemplate:LaunchTemplate", {
      userData: Buffer.from(`API_TOKEN=${secret}`).toString("base64"),
    }),
    "a store's header": object("external-secrets.io/v1:SecretStore", {
      provider: { webhook: { url: "https://a", headers: { Authorization: `Bearer ${secret}` } } },
    }),
    "a store's password": object("external-secrets.io/v1:SecretStore", {
      provider: { vault: { auth: { password: secret } } },
    }),
    "a store of values": object("external-secrets.io/v1:ClusterSecretStore", {
      conditions: [{ namespaces: ["a"] }],
      provider: { fake: { data: [{ key: "a", value: secret }] } },
    }),
    "a template of a Secret": object("external-secrets.io/v1:ExternalSecret", {
      refreshInterval: "5m",
      target: { template: { data: { password: secret } } },
    }),
    "a broker's password": aws("mq/broker:Broker", { users: [{ username: "a", password: secret }] }),
    "a warehouse's password": aws("redshift/cluster:Cluster", { masterPassword: secret }),
    "a cache's user": aws("elasticache/user:User", {
      authenticationMode: { type: "password", passwords: [secret] },
      password: secret,
    }),
  }),
  ...added("rights to every resource of a kind", ["iam-no-wildcards"], {
    secrets: statement("secretsmanager:GetSecretValue", `arn:aws:secretsmanager:${region}:secret:*`),
    roles: statement("iam:PassRole", "arn:aws:iam::111122223333:role/*"),
    keys: statement("kms:Decrypt", `arn:aws:kms:${region}:key/*`),
    parameters: statement("ssm:GetParameter", `arn:aws:ssm:${region}:parameter/*`),
    functions: statement("lambda:InvokeFunction", `arn:aws:lambda:${region}:function:*`),
    tables: statement("dynamodb:Scan", `arn:aws:dynamodb:${region}:table/*`),
    repositories: statement("ecr:PutImage", `arn:aws:ecr:${region}:repository/*`),
    buckets: statement("s3:GetObject", "arn:aws:s3:::*/*"),
    "keys under a weak condition": statement("kms:Decrypt", `arn:aws:kms:${region}:key/*`, {
      Condition: { StringEqualsIfExists: { "kms:ResourceAliases": "a" } },
    }),
    "roles for one service": statement("iam:PassRole", "arn:aws:iam::111122223333:role/*", {
      Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    }),
  }),
  ...added("policies for anyone", ["resource-policy-not-public"], {
    "a secret": anyone("secretsmanager/secretPolicy:SecretPolicy"),
    "a queue": anyone("sqs/queuePolicy:QueuePolicy"),
    "a topic": anyone("sns/topicPolicy:TopicPolicy"),
    "a repository": anyone("ecr/repositoryPolicy:RepositoryPolicy"),
    "a file system": anyone("efs/fileSystemPolicy:FileSystemPolicy"),
    "a queue by a pattern": anyone("sqs/queue:Queue", { Principal: { AWS: "*" } }),
    "a topic from anywhere": anyone("sns/topic:Topic", {
      Condition: { ArnLike: { "aws:SourceArn": "arn:aws:*" } },
    }),
    "a function": aws("lambda/permission:Permission", { principal: "*", action: "lambda:InvokeFunction" }),
  }),
  ...added("wide access to the cluster", ["cluster-access-by-entries"], {
    administrator: access("AmazonEKSClusterAdminPolicy", { type: "cluster" }),
    "administrator of a namespace": access("AmazonEKSClusterAdminPolicy", {
      type: "namespace",
      namespaces: ["a"],
    }),
    "administrator of all namespaces": access("AmazonEKSAdminPolicy", { type: "cluster" }),
    "editor of all namespaces": access("AmazonEKSEditPolicy", { type: "cluster" }),
    "reader of secrets": access("AmazonEKSAdminViewPolicy", { type: "cluster" }),
    "editor by a pattern": access("AmazonEKSEditPolicy", { type: "namespace", namespaces: ["*"] }),
    "a group of Kubernetes' own": aws("eks/accessEntry:AccessEntry", {
      kubernetesGroups: ["system:masters"],
    }),
  }),
  ...added("wide roles in the cluster", ["rbac-narrow"], {
    "everyone with a login": binding("ClusterRoleBinding", "view", group("system:authenticated")),
    "everyone without one": binding("ClusterRoleBinding", "view", group("system:unauthenticated")),
    "every service account": binding("ClusterRoleBinding", "view", group("system:serviceaccounts")),
    "the service accounts of a namespace": binding(
      "RoleBinding",
      "view",
      group("system:serviceaccounts:models"),
    ),
    anonymous: binding("RoleBinding", "view", { kind: "User", name: "system:anonymous" }),
    "editor of everything": binding("ClusterRoleBinding", "edit", group("team")),
    "a node's role": binding("ClusterRoleBinding", "system:node", group("team")),
    "the nodes' proxy": rule("nodes/proxy"),
    "commands in pods": rule("pods/exec", "create"),
    "containers in pods": rule("pods/ephemeralcontainers", "patch"),
    "others' tokens": rule("serviceaccounts/token", "create"),
    "others' certificates": rule("certificatesigningrequests/approval", "update"),
  }),
  ...changed("an engine without a key", ["engine-key-required"], {
    "no variable": ["v1:Deployment", "spec.template.spec.containers.*.env", without("VLLM_API_KEY")],
    "no variables": ["v1:Deployment", "spec.template.spec.containers.*.env", []],
    "an empty key": [
      "v1:Deployment",
      "spec.template.spec.containers.*.env.0",
      { name: "VLLM_API_KEY", value: "" },
    ],
    "a key of another engine": ["v1:Deployment", "spec.template.spec.containers.*.env.0.name", "API_KEY"],
    "a key from a ConfigMap": [
      "v1:Deployment",
      "spec.template.spec.containers.*.env.0.valueFrom",
      { configMapKeyRef: { name: "a", key: "b" } },
    ],
  }),
  ...added("add-ons without a version", ["addon-version-pinned"], {
    coredns: aws("eks/addon:Addon", { clusterName: "gantry-prod", addonName: "coredns" }),
    "an empty one": aws("eks/addon:Addon", {
      clusterName: "gantry-prod",
      addonName: "coredns",
      addonVersion: "",
    }),
    "the newest": aws("eks/addon:Addon", {
      clusterName: "gantry-prod",
      addonName: "kube-proxy",
      addonVersion: "latest",
    }),
    "by the component": { type: "eks:index:Addon", name: "way", inputs: { addonName: "coredns" } },
    "the network by its component": {
      type: "eks:index:VpcCniAddon",
      name: "way",
      inputs: { clusterName: "a" },
    },
    "of a cluster": { type: "eks:index:Cluster", name: "way", inputs: { skipDefaultNodeGroup: true } },
  }),
];
