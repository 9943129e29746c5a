import type { Properties, Wire } from "../../../scripts/plan/wire.ts";
import { added, aws, changed, object, type Way } from "./way.ts";

const deployment = "apps/v1:Deployment";
const pod = (container: object, more: object = {}) =>
  object("apps/v1:StatefulSet", {
    template: {
      metadata: { labels: { app: "way" } },
      spec: { containers: [{ name: "a", ...container }], ...more },
    },
  } as never);
const statement = (more: object) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", ...more }],
});
const trust = (principal: object, condition: object) =>
  aws("iam/role:Role", {
    assumeRolePolicy: JSON.stringify(
      statement({ Action: "sts:AssumeRoleWithWebIdentity", Principal: principal, Condition: condition }),
    ),
  });
const policy = (action: string, more: object = { Resource: "*" }) =>
  aws("iam/policy:Policy", { policy: JSON.stringify(statement({ Action: action, ...more })) });
const github = { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" };
const subject = "token.actions.githubusercontent.com:sub";

/** One variable of the gateway, with another value. */
const variable = (name: string, value: string): [string, string, (all: Wire) => Wire] => [
  deployment,
  "spec.template.spec.containers.*.env",
  (all) =>
    (all as readonly Properties[]).some((one) => one.name === "GANTRY_TENANTS")
      ? ([...(all as readonly Properties[]).filter((one) => one.name !== name), { name, value }] as never)
      : all,
];

/** Shapes that a reader of the rules would try. */
export const adversary: readonly Way[] = [
  ...added(
    "models hidden in a pod",
    ["engine-command-readable", "image-registry-allowed", "workload-kind-known"],
    {
      "as an init container that stays": pod(
        { image: "acme/app:1" },
        {
          initContainers: [
            { name: "m", image: "acme/m:1", command: ["vllm", "serve", "a/b"], restartPolicy: "Always" },
          ],
        },
      ),
      "as a debugging container": pod(
        { image: "acme/app:1" },
        { ephemeralContainers: [{ name: "m", image: "vllm/vllm-openai:latest" }] },
      ),
      "as a volume of an image": pod(
        { image: "acme/app:1", command: ["python", "/m/run.py"] },
        { volumes: [{ name: "m", image: { reference: "acme/model:latest" } }] },
      ),
      "by a wrapper's environment": pod({
        image: "acme/app:1",
        env: [{ name: "START", value: "vllm serve a/b" }],
      }),
      "in a Job that never ends": object("batch/v1:Job", {
        template: {
          spec: { containers: [{ name: "a", image: "acme/app:1", command: ["ollama", "serve"] }] },
        },
      }),
    },
  ),
  ...added("a role for too many", ["iam-trust-scoped"], {
    "a pull request's workflow": trust(github, { StringLike: { [subject]: "repo:acme/*:pull_request" } }),
    "any branch of any of its repositories": trust(github, { StringLike: { [subject]: "repo:acme/*" } }),
    "an audience that ends in anything": trust(github, {
      StringLike: { "token.actions.githubusercontent.com:aud": "*" },
    }),
    "unless the subject is missing": trust(github, {
      StringEqualsIfExists: { [subject]: "repo:acme/infra:ref:refs/heads/main" },
    }),
    "all but one subject": trust(github, {
      StringNotEquals: { [subject]: "repo:acme/infra:ref:refs/heads/main" },
    }),
    "a provider of SAML without an audience": aws("iam/role:Role", {
      assumeRolePolicy: JSON.stringify(
        statement({ Action: "sts:AssumeRoleWithSAML", Principal: { Federated: "*" } }),
      ),
    }),
  }),
  ...added("rights by the back door", ["iam-no-wildcards"], {
    "a service's every action": policy("s3:*"),
    "an action with a pattern in its middle": policy("iam:*Policy"),
    "one letter open": policy("secretsmanager:GetSecretValu?"),
    "all but one action": aws("iam/policy:Policy", {
      policy: JSON.stringify(statement({ NotAction: "iam:DeleteUser", Resource: "*" })),
    }),
    "all but one resource": policy("secretsmanager:GetSecretValue", {
      NotResource: "arn:aws:secretsmanager:us-east-1:111122223333:secret:a",
    }),
    "every role to pass on": policy("iam:PassRole"),
    "a policy of AWS's for administrators": aws("iam/rolePolicyAttachment:RolePolicyAttachment", {
      role: "a",
      policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
    "the same within a role": aws("iam/role:Role", {
      assumeRolePolicy: JSON.stringify(
        statement({ Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }),
      ),
      managedPolicyArns: ["arn:aws:iam::aws:policy/PowerUserAccess"],
    }),
  }),
  ...added(
    "a door into the network",
    [
      "internet-facing-expected",
      "service-known",
      "public-ranges-narrow",
      "node-not-reachable",
      "security-group-no-open-ingress",
    ],
    {
      "a Gateway for all": object("gateway.networking.k8s.io/v1:Gateway", {
        gatewayClassName: "alb",
        listeners: [{ name: "a", port: 80, protocol: "HTTP" }],
      }),
      "an address of its own": object("core/v1:Service", {
        type: "NodePort",
        externalIPs: ["203.0.113.7"],
        ports: [{ port: 80 }],
      }),
      "an accelerator": aws("globalaccelerator/accelerator:Accelerator", { enabled: true }),
      "a distribution in front": aws("cloudfront/distribution:Distribution", { enabled: true, origins: [] }),
      "a rule of a security group in the newer form": aws(
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        { cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 22, toPort: 22, securityGroupId: "sg-1" },
      ),
      "the same for IPv6": aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
        cidrIpv6: "::/0",
        ipProtocol: "-1",
        securityGroupId: "sg-1",
      }),
      "a tunnel into the VPC": aws("ec2clientvpn/endpoint:Endpoint", { clientCidrBlock: "10.0.0.0/16" }),
      "a server of files": aws("transfer/server:Server", { protocols: ["SFTP"] }),
      "a broker": aws("mq/broker:Broker", { engineType: "RabbitMQ", publiclyAccessible: true }),
      "a warehouse": aws("redshift/cluster:Cluster", { nodeType: "ra3.large", publiclyAccessible: true }),
      "a Grafana of AWS's": aws("grafana/workspace:Workspace", { accountAccessType: "CURRENT_ACCOUNT" }),
      "an API without a login": aws("apigatewayv2/api:Api", {
        protocolType: "HTTP",
        target: "http://chat.models.internal",
      }),
    },
  ),
  ...changed(
    "the gateway's pods",
    [
      "engine-not-public",
      "container-privileges-dropped",
      "pod-no-host-access",
      "gateway-config-readable",
      "references-resolve",
      "internet-facing-expected",
      "container-root-read-only",
      "image-digest-pinned",
      "workload-spread",
      "workload-has-disruption-budget",
      "container-non-root",
    ],
    {
      "root in its container": [deployment, "spec.template.spec.containers.*.securityContext.runAsUser", 0],
      "the node's network": [deployment, "spec.template.spec.hostNetwork", true],
      "a port of the node": [deployment, "spec.template.spec.containers.*.ports.*.hostPort", 4000],
      "a capability": [
        deployment,
        "spec.template.spec.containers.*.securityContext.capabilities",
        { add: ["NET_ADMIN"] },
      ],
      "the node's processes": [deployment, "spec.template.spec.hostPID", true],
    },
  ),
  ...changed(
    "the gateway's variables",
    ["gateway-config-readable", "prompt-logging-declared", "grace-period-covers-drain", "references-resolve"],
    {
      "tenants from elsewhere": variable("GANTRY_TENANTS", "/tmp/tenants.yaml"),
      "keys from elsewhere": variable("GANTRY_TENANT_KEYS", "/tmp/keys.json"),
      "settings from elsewhere": variable("GANTRY_SETTINGS", "/tmp/settings.yaml"),
      "prompts in the log": variable("LITELLM_LOG", "DEBUG"),
      "a developer's mode": variable("LITELLM_MODE", "DEV"),
      "prices from the internet": variable("LITELLM_LOCAL_MODEL_COST_MAP", "False"),
      "an administrator's pages": variable("DISABLE_ADMIN_UI", "False"),
      "streams that outlive the pod": variable("GRACEFUL_SHUTDOWN_TIMEOUT", "3000"),
    },
  ),
];
