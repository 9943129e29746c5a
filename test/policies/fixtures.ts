import type { Exemption } from "../../policies/lib/exemption.ts";
import { unknown } from "../../scripts/plan/wire.ts";
import type { Circumstances, Given } from "../support/policy.ts";
import { rateRule, webAcl } from "./web-acl.ts";
import { commit, deployment, engine } from "./workload.ts";

export interface Fixture {
  /** What the rule says nothing about. */
  readonly good: readonly Given[];
  /** What it reports, whatever else becomes unknown. */
  readonly bad: readonly Given[];
  readonly circumstances?: Circumstances;
}

const key: Given = { type: "aws:kms/key:Key", name: "secrets", props: { enableKeyRotation: true } };
const secret = (props: Given["props"], behind: readonly Given[]): Given => ({
  type: "aws:secretsmanager/secret:Secret",
  name: "engine-api-key",
  props: { name: "gantry/dev/engine-api-key", ...props },
  behind: { kmsKeyId: behind },
});

const loadBalancer: Given = {
  type: "aws:lb/loadBalancer:LoadBalancer",
  name: "edge",
  props: { internal: false, subnets: [unknown] },
};
const listener = (props: Given["props"]): Given => ({
  type: "aws:lb/listener:Listener",
  name: "https",
  props: { loadBalancerArn: unknown, port: 443, ...props },
  behind: { loadBalancerArn: [loadBalancer] },
});
const https = listener({ protocol: "HTTPS" });
const acl = webAcl([rateRule]);
const association: Given = {
  type: "aws:wafv2/webAclAssociation:WebAclAssociation",
  name: "edge",
  props: { resourceArn: unknown, webAclArn: unknown },
  behind: { resourceArn: [loadBalancer], webAclArn: [acl] },
};

const chart = (version: string): Given => ({
  type: "kubernetes:helm.sh/v3:Release",
  name: "keda",
  props: {
    chart: "keda",
    version,
    repositoryOpts: { repo: "https://kedacore.github.io/charts" },
    values: { operator: { replicaCount: 2 } },
  },
});
const pool = (limits: Given["props"]): Given => ({
  type: "kubernetes:karpenter.sh/v1:NodePool",
  name: "l40s",
  props: {
    spec: {
      limits,
      template: {
        spec: {
          requirements: [{ key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["g6e"] }],
        },
      },
    },
  },
});
const nodeClass = (alias: string): Given => ({
  type: "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
  name: "l40s",
  props: { spec: { amiSelectorTerms: [{ alias }], role: "gantry-dev-gpu-node" } },
});
const nodeGroup = (releaseVersion: string): Given => ({
  type: "eks:index:ManagedNodeGroup",
  name: "system",
  props: { releaseVersion, amiType: "AL2023_ARM_64_STANDARD" },
});
const template = (imageId: string): Given => ({
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  name: "system",
  props: { imageId, updateDefaultVersion: true },
});
const cluster = (range: string): Given => ({
  type: "eks:index:Cluster",
  name: "main",
  props: {
    endpointPrivateAccess: true,
    endpointPublicAccess: true,
    publicAccessCidrs: [range],
    version: "1.36",
  },
});
const bucket = (tags: Given["props"]): Given => ({
  type: "aws:s3/bucket:Bucket",
  name: "models",
  props: { bucket: "gantry-dev-models", tags },
  provider: { region: "eu-central-1", defaultTags: JSON.stringify({ tags: { ManagedBy: "pulumi" } }) },
});
const namespace: Given = {
  type: "kubernetes:core/v1:Namespace",
  name: "serving",
  props: { metadata: { name: "serving" } },
};
const exemption: Exemption = {
  finding: "required-tags[models#tags.Project]",
  environments: ["dev"],
  reason: "the bucket is shared with the data team",
  owner: "serving",
  expires: "2026-12-01",
};

/** For each rule, what it lets pass and what it reports. */
export const fixtures: Readonly<Record<string, Fixture>> = {
  "image-digest-pinned": {
    good: [deployment([engine], { initContainers: [engine] })],
    bad: [deployment([engine, { name: "side", image: "vllm/vllm-openai:nightly" }])],
  },
  "model-revision-pinned": {
    good: [deployment([engine])],
    bad: [deployment([{ ...engine, args: ["Qwen/Qwen3-8B-AWQ", `--tokenizer-revision=${commit}`] }])],
  },
  "chart-version-pinned": { good: [chart("2.20.2")], bad: [chart("^2.20.2")] },
  "public-listener-rate-limited": {
    good: [loadBalancer, https, acl, association],
    bad: [loadBalancer, https, acl],
  },
  "waf-rate-rule-enforces": { good: [acl], bad: [webAcl([{ ...rateRule, action: { count: {} } }])] },
  "gpu-pool-capped": { good: [pool({ "nvidia.com/gpu": "8" })], bad: [pool({ cpu: "100" })] },
  "node-image-pinned": {
    good: [nodeClass("al2023@v20260818"), nodeGroup("1.36.2-20260818"), template("ami-0123456789abcdef0")],
    bad: [nodeClass("al2023@latest"), nodeGroup("latest"), template("resolve:ssm:/aws/service/eks/latest")],
  },
  "cluster-endpoint-not-open": { good: [cluster("203.0.113.0/28")], bad: [cluster("0.0.0.0/0")] },
  "listener-https-only": {
    good: [loadBalancer, https],
    bad: [
      loadBalancer,
      listener({ protocol: "HTTP", defaultActions: [{ type: "forward", targetGroupArn: unknown }] }),
    ],
  },
  "secret-customer-key": {
    good: [key, secret({ kmsKeyId: unknown }, [key])],
    bad: [key, secret({ kmsKeyId: "alias/aws/secretsmanager" }, [])],
  },
  "required-tags": {
    good: [bucket({ Project: "gantry", Environment: "dev" })],
    bad: [bucket({ project: "gantry", environment: "dev" })],
  },
  "exemptions-in-force": {
    good: [bucket({})],
    bad: [namespace],
    circumstances: { exemptions: [exemption] },
  },
  "exemptions-listed": {
    good: [],
    bad: [namespace],
    circumstances: { exemptions: [exemption] },
  },
};
