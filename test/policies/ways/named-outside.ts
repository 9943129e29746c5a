import type { Wire } from "../../../scripts/plan/wire.ts";
import type { Addition } from "../additions.ts";
import { aws, container, object, rolePolicy, server, workload } from "../changes/change.ts";
import type { Way } from "./way.ts";

type Edit = NonNullable<Way["changes"]>;

const other = "999988887777";
const tags = { Project: "gantry", Environment: "prod", ManagedBy: "pulumi" };
const statement = (more: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] });
const secretPolicy = (Principal: object) =>
  aws("secretsmanager/secretPolicy:SecretPolicy", "way", {
    secretArn: "x",
    policy: statement({ Principal, Action: "secretsmanager:GetSecretValue", Resource: "*" }),
  });
const anyone = statement({ Principal: "*", Action: "*", Resource: "*" });
const image = `public.ecr.aws/aws-cli/aws-cli@sha256:${"a".repeat(64)}`;
const app = (more: { readonly [field: string]: Wire } = {}, pod = {}) =>
  workload("apps/v1:Deployment", "way", [server("way", { image, ...more })], { pod });
const job = (...command: string[]) => workload("batch/v1:Job", "way", [container("way", { image, command })]);
const open = { protocol: "-1", ruleNo: 1, action: "allow", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 };
const withArguments = (...more: string[]): Edit => ({
  type: "kubernetes:apps/v1:Deployment",
  path: "spec.template.spec.containers.0.args",
  becomes: (args) => {
    const given = args as readonly Wire[];
    return String(given[0]).startsWith("s3:") ? [...given, ...more] : given;
  },
});
const change = (type: string, path: string, becomes: Wire): Edit => ({
  type,
  path,
  becomes: () => becomes,
});

const privileged = { "pod-security.kubernetes.io/enforce": "privileged" };
const namespaced = (kind: string, metadata: { readonly [field: string]: Wire }): Addition => ({
  type: `kubernetes:core/v1:${kind}`,
  name: "way",
  inputs: { apiVersion: "v1", kind, metadata: { name: "way", ...metadata } },
});

type Shapes = Readonly<Record<string, Addition | Edit>>;

/** What passes on purpose, by the sentence of policies/outside.ts that says so and why. */
export const namedOutside: Readonly<Record<string, Shapes>> = {
  "An engine on CPU that a script starts, in an image of the team's own and without an accelerator": {
    "a script": app({ command: ["python", "main.py", "--model-dir", "/models"] }),
    "a program that only its image names": app({ command: ["serve-it"] }),
  },
  "What a component of manifests contains, such as yaml.v2.ConfigGroup": {
    objects: { type: "kubernetes:yaml/v2:ConfigGroup", name: "way", inputs: { objs: [{ kind: "Pod" }] } },
    text: { type: "kubernetes:yaml/v2:ConfigGroup", name: "way", inputs: { yaml: "kind: Pod" } },
  },
  "What a role of another stack may do, such as one that a Pod Identity association or a service account names by its ARN":
    {
      "an association": aws("eks/podIdentityAssociation:PodIdentityAssociation", "way", {
        clusterName: "way",
        namespace: "shop",
        serviceAccount: "way",
        roleArn: "arn:aws:iam::111122223333:role/other-stack",
        tags,
      }),
      "a service account's annotation": namespaced("ServiceAccount", {
        annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/other-stack" },
      }),
    },
  "The Pod Security level of a namespace, by its labels or a patch of them": {
    "another namespace": namespaced("Namespace", { labels: privileged }),
    "a patch of another namespace": namespaced("NamespacePatch", { labels: privileged }),
    "a patch of the models'": namespaced("NamespacePatch", { name: "models", labels: privileged }),
  },
  "Capacity that is billed and runs nothing by itself: capacity reservations, capacity blocks and dedicated hosts":
    {
      "a reservation": aws("ec2/capacityReservation:CapacityReservation", "way", {
        instanceType: "p5.48xlarge",
        instanceCount: 1,
        tags,
      }),
    },
  "A pod or a function that calls a hosted model with a client library, and the name of the model that it calls":
    {
      "a variable": app({ env: [{ name: "MODEL", value: "gpt-4o" }] }),
      "an argument": app({ args: ["--model", "openai/gpt-4o"] }),
      "a file": object("core/v1:ConfigMap", "way", { data: { "app.yaml": "llm: claude-3-5-sonnet-latest" } }),
    },
  "Access that a policy, a grant or a share of a snapshot gives to an account by its number": {
    "a secret's policy": secretPolicy({ AWS: `arn:aws:iam::${other}:root` }),
    "a grant": aws("kms/grant:Grant", "way", {
      keyId: "x",
      granteePrincipal: `arn:aws:iam::${other}:role/x`,
      operations: ["Decrypt"],
    }),
    "a share of a snapshot": aws("ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission", "way", {
      snapshotId: "x",
      accountId: other,
    }),
  },
  "Service principals of resource policies that name no source": {
    "a function's service": secretPolicy({ Service: "lambda.amazonaws.com" }),
  },
  "Names in IAM policies that end in a wildcard, such as a path of secrets": {
    "a path of secrets": rolePolicy("way", [
      {
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/*",
      },
    ]),
  },
  "Policies of VPC endpoints and REST APIs": {
    "an endpoint's": aws("ec2/vpcEndpointPolicy:VpcEndpointPolicy", "way", {
      vpcEndpointId: "x",
      policy: anyone,
    }),
    "an API's": aws("apigateway/restApiPolicy:RestApiPolicy", "way", { restApiId: "x", policy: anyone }),
  },
  "The users and groups of the cluster's identity provider": {
    "single sign-on": aws("eks/identityProviderConfig:IdentityProviderConfig", "way", {
      clusterName: "x",
      oidc: { issuerUrl: "https://login.example.com", clientId: "x", identityProviderConfigName: "x" },
      tags,
    }),
  },
  "Routes and links between networks, such as peering, transit gateways, VPC Lattice, network ACLs, NodePorts and parts of public entries":
    {
      "a network ACL": aws("ec2/networkAcl:NetworkAcl", "way", { vpcId: "x", ingress: [open], tags }),
      "a rule of one": aws("ec2/networkAclRule:NetworkAclRule", "way", {
        networkAclId: "x",
        ruleAction: "allow",
      }),
      "a peering": aws("ec2/vpcPeeringConnection:VpcPeeringConnection", "way", { peerOwnerId: other, tags }),
      "a transit gateway": aws("ec2transitgateway/transitGateway:TransitGateway", "way", {
        autoAcceptSharedAttachments: "enable",
        tags,
      }),
      "a route": aws("ec2/route:Route", "way", { destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }),
      "a service of Lattice": aws("vpclattice/service:Service", "way", { authType: "NONE", tags }),
      "an origin in the VPC": aws("cloudfront/vpcOrigin:VpcOrigin", "way", { tags }),
      "a group of endpoints": aws("globalaccelerator/endpointGroup:EndpointGroup", "way", {
        listenerArn: "x",
      }),
      "a port of every node": object("core/v1:Service", "way", {
        metadata: { name: "way", namespace: "gateway" },
        spec: {
          type: "NodePort",
          selector: { "app.kubernetes.io/name": "gateway" },
          ports: [{ port: 80, targetPort: 4000 }],
        },
      }),
      "a name for another host": object("core/v1:Service", "way", {
        spec: { type: "ExternalName", externalName: "example.com" },
      }),
    },
  "Websites of buckets": {
    "a website": aws("s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", "way", {
      bucket: "x",
      indexDocument: { suffix: "index.html" },
    }),
  },
  "Pods that select GPU nodes without tolerating their taint or requesting a GPU": {
    "by type": app({}, { nodeSelector: { "node.kubernetes.io/instance-type": "g5.xlarge" } }),
    "by the GPU's name": app({}, { nodeSelector: { "karpenter.k8s.aws/instance-gpu-name": "a10g" } }),
    "a claim of a pod that no container uses": app(
      {},
      { resourceClaims: [{ name: "gpu", resourceClaimTemplateName: "gpu" }] },
    ),
  },
  "Engine flags that only change speed, formats or telemetry, and those that an engine ignores, such as a revision next to a staged copy":
    {
      "a revision": withArguments("--revision", "main"),
      "a compiler's level": withArguments("-O3"),
      "formats of tools": withArguments("--enable-auto-tool-choice"),
      traces: withArguments("--otlp-traces-endpoint", "http://collector.example"),
      "the address that is the default": withArguments("--host", "0.0.0.0"),
    },
  "Weights that a pod downloads and no engine loads, and the script of a staging Job": {
    "a download": job("hf", "download", "acme/model"),
    "another script": change("kubernetes:batch/v1:Job", "spec.template.spec.containers.0.command", [
      "bash",
      "/stage/other.sh",
    ]),
  },
  "The number of pods and CPU nodes, and the order in which pods are evicted": {
    pods: change("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "spec.maxReplicas", 1000),
    nodes: change("eks:index:ManagedNodeGroup", "scalingConfig.maxSize", 1000),
    "a priority": object("scheduling.k8s.io/v1:PriorityClass", "way", { value: 1_000_000_000 }),
  },
  "Minor versions of services that AWS patches, such as caches and databases": {
    "a cache": change("aws:elasticache/replicationGroup:ReplicationGroup", "engineVersion", null),
  },
};
