import type { Wire } from "../../../scripts/plan/wire.ts";
import type { Addition } from "../additions.ts";
import { aws as awsOf, server, workload } from "../changes/change.ts";
import { added, aws, changed, object, type Way } from "./way.ts";

const account = "111122223333";
const password = "Tr0ub4dor-and-3-more";
const elsewhere = "lt-0123456789abcdef0";
const image = `${account}.dkr.ecr.us-east-1.amazonaws.com/shop/way@sha256:${"a".repeat(64)}`;
const app = (container: object, pod: object = {}) =>
  workload("apps/v1:Deployment", "way", [server("way", container as never)], { pod: pod as never });
const starts = (...command: string[]) => app({ command });
const runs = (repository: string) =>
  app({ image: `${account}.dkr.ecr.us-east-1.amazonaws.com/${repository}@sha256:${"a".repeat(64)}` });
const annotated = (annotations: Readonly<Record<string, string>>): Addition =>
  object("core/v1:Pod", {}, {
    metadata: { name: "way", annotations },
    spec: { containers: [{ name: "way", image }] },
  } as never);
const document = (...statements: readonly object[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((one) => ({ Effect: "Allow", ...one })),
  });
const anyone = document({ Principal: "*", Action: "*", Resource: "*" });
const allows = (action: string, resource: string, more: object = {}) =>
  aws("iam/rolePolicy:RolePolicy", {
    role: "way",
    policy: document({ Action: action, Resource: resource, ...more }),
  });
const attaches = (name: string) =>
  aws("iam/rolePolicyAttachment:RolePolicyAttachment", {
    role: "way",
    policyArn: `arn:aws:iam::aws:policy/${name}`,
  });
const machine = (userData: string) => aws("ec2/instance:Instance", { instanceType: "m7i.large", userData });
const task = (container: object) =>
  aws("ecs/taskDefinition:TaskDefinition", {
    containerDefinitions: JSON.stringify([{ name: "way", image: "acme/tool:1", ...container }]),
  });
const schedule = (target: string, more: object = {}) =>
  aws("scheduler/schedule:Schedule", {
    scheduleExpression: "rate(1 day)",
    target: { arn: target, roleArn: "x", ...more } as never,
  });
const pool = (spec: object, template: object = {}): Addition => ({
  type: "kubernetes:karpenter.sh/v1:NodePool",
  name: "way",
  inputs: {
    metadata: { name: "way" },
    spec: {
      limits: { "nvidia.com/gpu": "4" },
      disruption: { consolidationPolicy: "WhenEmpty", consolidateAfter: "10m", budgets: [{ nodes: "1" }] },
      template: {
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "a10g" },
          taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
          requirements: [{ key: "node.kubernetes.io/instance-type", operator: "In", values: ["g5.xlarge"] }],
          ...template,
        },
      },
      ...spec,
    },
  } as never,
});
const group = {
  clusterName: "gantry-prod",
  releaseVersion: "1.36.0-20260923",
  scalingConfig: { minSize: 1, maxSize: 2, desiredSize: 1 },
};
const component = (more: object): Addition => ({
  type: "eks:index:ManagedNodeGroup",
  name: "way",
  inputs: { ...group, enableIMDSv2: true, ...more } as never,
});
const systemMap = (
  name: string,
  data: Readonly<Record<string, string>>,
  kind = "ConfigMapPatch",
): Addition => ({
  type: `kubernetes:core/v1:${kind}`,
  name: "way",
  inputs: { metadata: { name, namespace: "kube-system" }, data },
});
const clusterRole = (group: string, resource: string, ...verbs: string[]): Addition => ({
  type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
  name: "way",
  inputs: { metadata: { name: "way" }, rules: [{ apiGroups: [group], resources: [resource], verbs }] },
});
const release = (chart: string, repo: string, version: string, values: object): Addition => ({
  type: "kubernetes:helm.sh/v3:Release",
  name: "way",
  inputs: { chart, version, namespace: chart, repositoryOpts: { repo }, values } as never,
});
const keda = (values: object) => release("keda", "https://kedacore.github.io/charts", "2.20.2", values);
const plugin = (values: object) =>
  release("nvidia-device-plugin", "https://nvidia.github.io/k8s-device-plugin", "0.18.0", values);
const sharing = (kind: string) =>
  `version: v1\nsharing:\n  ${kind}:\n    resources:\n      - name: nvidia.com/gpu\n        replicas: 10\n`;
const addOn = (addonName: string) =>
  aws("eks/addon:Addon", { clusterName: "gantry-prod", addonName, addonVersion: "v1.2.3-eksbuild.1" });
const inModels = (kind: string, spec: object, name = "way"): Addition => ({
  type: `kubernetes:${kind}`,
  name: "way",
  inputs: { metadata: { name, namespace: "models" }, spec } as never,
});

/** What a reviewer with time tried next: other programs, other templates, other words for the same rights. */
export const hostile: readonly Way[] = [
  ...added(
    "engines by newer programs",
    ["engine-command-readable"],
    Object.fromEntries(
      [
        ["tabby", "serve"],
        ["max", "serve", "--model", "x"],
        ["lms", "server", "start"],
        ["docker", "model", "run", "ai/x"],
        ["llama-swap"],
        ["litgpt", "serve"],
        ["python", "-m", "huggingfaceserver"],
        ["python", "-m", "fastdeploy.entrypoints.openai.api_server"],
        ["python", "-m", "text_generation_server.cli"],
        ["python", "-m", "vllm_omni"],
        ["trtllm-llmapi-launch"],
        ["vllm-omni", "serve"],
        ["koboldcpp-linux-x64"],
        ["optimum-cli", "neuron", "serve"],
      ].map((command) => [command.join(" "), starts(...command)]),
    ),
  ),
  ...added(
    "engines under newer images",
    ["engine-command-readable"],
    Object.fromEntries(
      [
        "kserve/huggingfaceserver",
        "tabbyml/tabby",
        "modular/max-nvidia-full",
        "shop/djl-inference",
        "shop/comfyui",
        "tensorflow/serving",
        "llm-d/llm-d-cuda",
      ].map((repository) => [repository, runs(repository)]),
    ),
  ),
  ...added("engines that a variable starts", ["engine-command-readable", "compute-runs-no-model"], {
    "a wrapper's": app({ env: [{ name: "START", value: "vllm serve a/b" }] }),
    "a list": app({ env: [{ name: "CMD", value: '["sglang","serve","a/b"]' }] }),
    "in a script": app({ env: [{ name: "SCRIPT", value: "cd /m && exec ollama serve" }] }),
    "a task's": task({ environment: [{ name: "CMD", value: "ollama serve" }] }),
    "a task's health check": task({ healthCheck: { command: ["CMD-SHELL", "ollama serve"] } }),
    "a function's": aws("lambda/function:Function", {
      packageType: "Image",
      imageUri: image,
      environment: { variables: { START: "vllm serve x" } },
    }),
  }),
  ...added(
    "devices that a container doesn't request",
    ["engine-command-readable", "compute-runs-no-model", "pod-no-host-access"],
    {
      "Habana's variable": app({ env: [{ name: "HABANA_VISIBLE_DEVICES", value: "all" }] }),
      "Neuron's variable": app({ env: [{ name: "AWS_NEURON_VISIBLE_DEVICES", value: "ALL" }] }),
      "NVIDIA's by a reference": app({
        env: [{ name: "NVIDIA_VISIBLE_DEVICES", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
      }),
      "by CDI": annotated({ "cdi.k8s.io/gpu": "nvidia.com/gpu=all" }),
      "a task's Neuron": task({ linuxParameters: { devices: [{ hostPath: "/dev/neuron0" }] } }),
      "a job's GPU": aws("batch/jobDefinition:JobDefinition", {
        type: "container",
        containerProperties: JSON.stringify({
          image: "acme/tool:1",
          linuxParameters: { devices: [{ hostPath: "/dev/nvidia0" }] },
        }),
      }),
    },
  ),
  ...added("images that a controller passes on", ["image-digest-pinned"], {
    "a variable": app({ env: [{ name: "RUNNER_IMAGE", value: "docker.io/acme/runner:1.2" }] }),
    "an operator's variable": app({ env: [{ name: "RELATED_IMAGE", value: "vllm/vllm-openai:latest" }] }),
    "a flag": app({ args: ["--sidecar-image=docker.io/acme/side:1.2"] }),
    "a flag and its value": app({ args: ["--worker-image", "acme/worker"] }),
    "a flag of a shell's": app({ command: ["/manager", "-default-image=ghcr.io/acme/a:v1"] }),
  }),
  ...added("the node by other fields", ["pod-no-host-access", "container-privileges-dropped"], {
    "a program that mounts": app({}, { volumes: [{ name: "x", flexVolume: { driver: "x/y" } }] }),
    "the same by a volume": {
      type: "kubernetes:core/v1:PersistentVolume",
      name: "way",
      inputs: { metadata: { name: "way" }, spec: { flexVolume: { driver: "x/y" } } },
    },
    "a process of Windows": app({ securityContext: { windowsOptions: { hostProcess: true } } }),
    "a setting of the kernel": app(
      {},
      { securityContext: { sysctls: [{ name: "net.ipv4.ip_forward", value: "1" }] } },
    ),
    "an interface of another network": annotated({ "k8s.v1.cni.cncf.io/networks": "open" }),
    "no AppArmor": annotated({ "container.apparmor.security.beta.kubernetes.io/way": "unconfined" }),
  }),
  ...added("launch templates of elsewhere", ["machine-template-known"], {
    "a node group's": aws("eks/nodeGroup:NodeGroup", {
      ...group,
      launchTemplate: { id: elsewhere, version: "3" },
    }),
    "a node group's by its name": aws("eks/nodeGroup:NodeGroup", {
      ...group,
      launchTemplate: { name: "gpu" },
    }),
    "the component's": component({ launchTemplate: { id: elsewhere, version: "3" } }),
    "an instance's": aws("ec2/instance:Instance", { launchTemplate: { id: elsewhere } }),
    "a group's": aws("autoscaling/group:Group", {
      launchTemplate: { id: elsewhere },
      maxSize: 3,
      minSize: 0,
    }),
    "a group's configuration": aws("autoscaling/group:Group", {
      launchConfiguration: "gpu",
      maxSize: 3,
      minSize: 0,
    }),
    "a fleet's": aws("ec2/fleet:Fleet", {
      launchTemplateConfigs: [{ launchTemplateSpecification: { launchTemplateId: elsewhere } }],
    }),
    "a batch environment's": aws("batch/computeEnvironment:ComputeEnvironment", {
      computeResources: { instanceTypes: ["optimal"], launchTemplate: { launchTemplateId: elsewhere } },
    }),
  }),
  ...added("nodes by yet other ways", ["node-group-kind-known"], {
    "an instance by EKS's script": machine("#!/bin/bash\n/etc/eks/bootstrap.sh gantry-prod"),
    "an instance by nodeadm": machine(
      "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  cluster:\n    name: gantry-prod\n",
    ),
    "an instance by its tag": aws("ec2/instance:Instance", {
      instanceType: "m7i.large",
      tags: { "kubernetes.io/cluster/gantry-prod": "owned" },
    }),
    "hybrid nodes": aws("eks/accessEntry:AccessEntry", { principalArn: "x", type: "HYBRID_LINUX" }),
    "nodes of Auto Mode": aws("eks/accessEntry:AccessEntry", { principalArn: "x", type: "EC2" }),
    "a static pool": pool({ replicas: 50 }),
    "a pool of Auto Mode's class": pool(
      {},
      { nodeClassRef: { group: "eks.amazonaws.com", kind: "NodeClass", name: "x" } },
    ),
    "an image of the component's": component({ amiId: "ami-0123456789abcdef0" }),
    "a script of the component's": component({ userData: "#!/bin/sh\n./run" }),
    "flags of the component's": component({ kubeletExtraArgs: "--register-with-taints=" }),
  }),
  ...changed(
    "the cluster's other doors",
    ["node-group-kind-known", "cluster-access-by-entries", "compute-runs-no-model", "no-plaintext-secret"],
    {
      "machines outside AWS": [
        "eks:index:Cluster",
        "remoteNetworkConfig",
        { remoteNodeNetworks: { cidrs: ["192.168.0.0/16"] } },
      ],
      "roles by a mapping": [
        "eks:index:Cluster",
        "roleMappings",
        [{ roleArn: "x", groups: ["system:masters"], username: "x" }],
      ],
      "users by a mapping": [
        "eks:index:Cluster",
        "userMappings",
        [{ userArn: "x", groups: ["system:masters"], username: "x" }],
      ],
      "an engine in a node's user data": [
        ":EC2NodeClass",
        "spec.userData",
        "#!/bin/sh\ndocker run vllm/vllm-openai",
      ],
      "a password in a node's user data": [
        ":EC2NodeClass",
        "spec.userData",
        `export DB_PASSWORD=${password}`,
      ],
    },
  ),
  ...added("engines that an instance installs", ["compute-runs-no-model"], {
    "at a version": machine("#!/bin/sh\npip install vllm==0.31.0 && python serve.py"),
    "with extras": machine("#cloud-config\nruncmd:\n - [pip, install, 'vllm[flashinfer]']\n"),
    "as a service": machine("#!/bin/sh\nsystemctl enable --now ollama.service"),
    "from its own site": machine("#!/bin/sh\ncurl -fsSL https://ollama.com/install.sh | sh"),
    "as a list of cloud-init": machine("#cloud-config\nruncmd:\n - [vllm,serve,a/b]\n"),
  }),
  ...added("programs that a service runs for others", ["service-known"], {
    "pods by an experiment": aws("fis/experimentTemplate:ExperimentTemplate", {
      actions: [{ name: "a", actionId: "aws:eks:inject-kubernetes-custom-resource" }],
    }),
    "a command by an experiment": aws("fis/experimentTemplate:ExperimentTemplate", {
      actions: [{ name: "a", actionId: "aws:ssm:send-command" }],
    }),
    "a command by an event": aws("cloudwatch/eventTarget:EventTarget", {
      arn: "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
    }),
    "an automation by an event": aws("cloudwatch/eventTarget:EventTarget", {
      arn: `arn:aws:ssm:us-east-1:${account}:automation-definition/x`,
    }),
    "a document by a rule of Config": aws("cfg/remediationConfiguration:RemediationConfiguration", {
      targetType: "SSM_DOCUMENT",
      targetId: "AWS-RunShellScript",
    }),
    "a pack of rules": aws("cfg/conformancePack:ConformancePack", { templateBody: "Resources: {}" }),
    "an automation by an incident": aws("ssmincidents/responsePlan:ResponsePlan", {
      action: { ssmAutomations: [{ documentName: "AWS-RunShellScript" }] },
    }),
    "rights by a schedule": schedule("arn:aws:scheduler:::aws-sdk:iam:attachRolePolicy"),
    "machines by a schedule": schedule("arn:aws:scheduler:::aws-sdk:autoscaling:createAutoScalingGroup"),
    "Bedrock by a resolver": aws("appsync/dataSource:DataSource", { type: "AMAZON_BEDROCK_RUNTIME" }),
    "Bedrock by its address": aws("appsync/dataSource:DataSource", {
      type: "HTTP",
      httpConfig: { endpoint: "https://bedrock-runtime.us-east-1.amazonaws.com" },
    }),
    "SageMaker by an API": aws("apigateway/integration:Integration", {
      type: "AWS",
      uri: "arn:aws:apigateway:us-east-1:runtime.sagemaker:path//endpoints/x/invocations",
    }),
  }),
  ...added("public addresses by other fields", ["internet-facing-expected"], {
    "an interface's": awsOf("ec2/eip:Eip", "way", { networkInterface: "eni-0123456789abcdef0" }),
    "an interface's by an association": aws("ec2/eipAssociation:EipAssociation", {
      networkInterfaceId: "eni-0123456789abcdef0",
    }),
    "a configuration's": aws("ec2/launchConfiguration:LaunchConfiguration", {
      instanceType: "m7i.large",
      associatePublicIpAddress: true,
    }),
    "a spot fleet's": aws("ec2/spotFleetRequest:SpotFleetRequest", {
      launchSpecifications: [{ ami: "x", instanceType: "m7i.large", associatePublicIpAddress: true }],
    }),
    "a task that a schedule starts": schedule(`arn:aws:ecs:us-east-1:${account}:cluster/a`, {
      ecsParameters: { taskDefinitionArn: "x", networkConfiguration: { assignPublicIp: true } },
    }),
    "a task that an event starts": aws("cloudwatch/eventTarget:EventTarget", {
      arn: `arn:aws:ecs:us-east-1:${account}:cluster/a`,
      ecsTarget: { taskDefinitionArn: "x", networkConfiguration: { assignPublicIp: true } },
    }),
    "a task set's": aws("ecs/taskSet:TaskSet", { networkConfiguration: { assignPublicIp: true } }),
    "events for browsers": aws("appsync/api:Api", { name: "x" }),
    "files in a browser": aws("transfer/webApp:WebApp", {}),
    "a graph's": aws("neptune/clusterInstance:ClusterInstance", { publiclyAccessible: true }),
    "a time series'": aws("timestreaminfluxdb/dbInstance:DbInstance", { publiclyAccessible: true }),
    "a distribution for tenants": aws("cloudfront/multitenantDistribution:MultitenantDistribution", {}),
    "an accelerator of ports": aws("globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator", {}),
  }),
  ...added("shares with everyone by other fields", ["resource-policy-not-public"], {
    "a database's snapshot": aws("rds/snapshot:Snapshot", { sharedAccounts: ["all"] }),
    "a cluster's snapshot": aws("rds/clusterSnapshot:ClusterSnapshot", { sharedAccounts: ["all"] }),
    "a copy of one": aws("rds/snapshotCopy:SnapshotCopy", { sharedAccounts: ["all"] }),
    "snapshots of volumes": aws("ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", {
      state: "unblocked",
    }),
    "machine images": aws("ec2/imageBlockPublicAccess:ImageBlockPublicAccess", { state: "unblocked" }),
    "a replica of a key": aws("kms/replicaKey:ReplicaKey", { primaryKeyArn: "x", policy: anyone }),
    "a key from elsewhere": aws("kms/externalKey:ExternalKey", { policy: anyone }),
    "a grant of a key": aws("kms/grant:Grant", {
      granteePrincipal: "*",
      keyId: "x",
      operations: ["Decrypt"],
    }),
    "an organization": aws("organizations/resourcePolicy:ResourcePolicy", { content: anyone }),
    "a lake": aws("lakeformation/permissions:Permissions", {
      principal: "IAM_ALLOWED_PRINCIPALS",
      permissions: ["ALL"],
    }),
    "a signature": aws("signer/signingProfilePermission:SigningProfilePermission", { principal: "*" }),
    "a function from any ARN": aws("lambda/permission:Permission", {
      principal: "*",
      sourceArn: "arn:aws:*",
      action: "lambda:InvokeFunction",
    }),
  }),
  ...added("secrets under further arguments", ["no-plaintext-secret"], {
    "a stream's": aws("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", {
      httpEndpointConfiguration: { url: "https://x.example", accessKey: password },
    }),
    "a collector's": aws("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", {
      splunkConfiguration: { hecToken: password },
    }),
    "another cloud's storage": aws("datasync/locationAzureBlob:LocationAzureBlob", {
      sasConfiguration: { token: password },
    }),
    "an identity provider's": aws("verifiedaccess/trustProvider:TrustProvider", {
      oidcOptions: { clientSecret: password },
    }),
    "a peer's": aws("directconnect/bgpPeer:BgpPeer", { bgpAuthKey: password }),
    "a link's": aws("directconnect/macsecKeyAssociation:MacsecKeyAssociation", { cak: "a".repeat(64) }),
    "a key's material": aws("kms/externalKey:ExternalKey", { keyMaterialBase64: "c2VjcmV0" }),
    "a plain text to encrypt": aws("kms/ciphertext:Ciphertext", { keyId: "x", plaintext: password }),
    "a server's own key": aws("transfer/server:Server", { endpointType: "VPC", hostKey: password }),
    "an input of a schedule": schedule(`arn:aws:lambda:us-east-1:${account}:function:x`, {
      input: JSON.stringify({ password }),
    }),
    "an input of a call": aws("lambda/invocation:Invocation", { input: JSON.stringify({ password }) }),
    "a key and its value": aws("cloudfront/keyvaluestoreKey:KeyvaluestoreKey", {
      key: "api-key",
      value: password,
    }),
    "an attribute of a service": aws("servicediscovery/instance:Instance", {
      attributes: { DB_PASSWORD: password },
    }),
    "a header of an API": aws("apigatewayv2/integration:Integration", {
      requestParameters: { "overwrite:header.x-api-key": password },
    }),
    "a task's command": task({ command: [`--db-password=${password}`] }),
    "a task's log": task({
      logConfiguration: { logDriver: "splunk", options: { "splunk-token": password } },
    }),
  }),
  ...added("secrets in objects of other kinds", ["no-plaintext-secret"], {
    "a scaler's": object("keda.sh/v1alpha1:TriggerAuthentication", {
      hashiCorpVault: { address: "x", credential: { token: password } },
    }),
    "a volume's": {
      type: "kubernetes:core/v1:PersistentVolume",
      name: "way",
      inputs: {
        metadata: { name: "way" },
        spec: { csi: { driver: "smb.csi.k8s.io", volumeAttributes: { password } } },
      },
    },
    "a volume's option": {
      type: "kubernetes:core/v1:PersistentVolume",
      name: "way",
      inputs: { metadata: { name: "way" }, spec: { mountOptions: [`password=${password}`] } },
    },
    "a class of disks'": object(
      "storage.k8s.io/v1:StorageClass",
      {},
      { parameters: { secretKey: password } },
    ),
    "an Ingress'": object("networking.k8s.io/v1:Ingress", { ingressClassName: "alb" }, {
      metadata: {
        name: "way",
        annotations: {
          "alb.ingress.kubernetes.io/auth-idp-oidc": JSON.stringify({ clientSecret: password }),
        },
      },
    } as never),
    "a receiver's": object("monitoring.coreos.com/v1alpha1:AlertmanagerConfig", {
      receivers: [{ name: "x", opsgenieConfigs: [{ apiKey: password }] }],
    }),
    "a pod's annotation": annotatedPods({ "acme.io/api-token": password }),
    "a document in an annotation": annotatedPods({ "acme.io/config": `password: ${password}` }),
    "a patch of a ConfigMap": object("core/v1:ConfigMapPatch", {}, { data: { DB_PASSWORD: password } }),
    "a Secret for every namespace": object("external-secrets.io/v1:ClusterExternalSecret", {
      externalSecretSpec: { target: { template: { data: { password } } } },
    }),
    "a kubeconfig": {
      type: "pulumi:providers:kubernetes",
      name: "way",
      inputs: { kubeconfig: `users:\n- name: x\n  user:\n    token: ${password}\n` },
    },
  }),
  ...added(
    "credentials of further services",
    ["no-plaintext-secret"],
    Object.fromEntries(
      Object.entries({
        Stripe: `sk_live_${"aB3dE6gH9".repeat(3)}`,
        SendGrid: `SG.${"a".repeat(22)}.${"b".repeat(43)}`,
        npm: `npm_${"aB3dE6gH9".repeat(4)}`,
        Vault: `hvs.${"aB3dE6gH9".repeat(3)}`,
        Docker: `dckr_pat_${"aB3dE6gH9".repeat(3)}`,
        Pulumi: `pul-${"0123456789abcdef".repeat(2)}01234567`,
        Databricks: `dapi${"0123456789abcdef".repeat(2)}`,
        Bedrock: `ABSKQmVkcm9ja0FQSUtleS1${"aB3dE6gH9".repeat(12)}`,
        Atlassian: `ATATT3xFfGF0${"aB3dE6gH9".repeat(5)}`,
        "a webhook": `https://discord.com/api/webhooks/123456789012345678/${"aB3dE6gH9".repeat(7)}`,
      }).map(([what, value]) => [what, app({ env: [{ name: "CONFIG", value }] })]),
    ),
  ),
  ...added("rights in other words", ["iam-no-wildcards"], {
    "a kind by its beginning": allows(
      "secretsmanager:GetSecretValue",
      `arn:aws:secretsmanager:us-east-1:${account}:s*`,
    ),
    "roles by their beginning": allows("iam:PassRole", `arn:aws:iam::${account}:r*`),
    "names that end alike": allows("iam:PassRole", `arn:aws:iam::${account}:role/*-admin`),
    "names with a letter": allows(
      "secretsmanager:GetSecretValue",
      `arn:aws:secretsmanager:us-east-1:${account}:secret:*e*`,
    ),
    "every secret of the own account": allows(
      "secretsmanager:GetSecretValue",
      `arn:aws:secretsmanager:us-east-1:${account}:secret:*`,
      { Condition: { StringEquals: { "aws:ResourceAccount": account } } },
    ),
    "every stream of every table": allows(
      "dynamodb:GetRecords",
      `arn:aws:dynamodb:us-east-1:${account}:table/*/stream/*`,
    ),
    "every parameter": allows("ssm:GetParameter", `arn:aws:ssm:us-east-1:${account}:parameter*`),
    "every access point": allows("s3:GetObject", `arn:aws:s3:us-east-1:${account}:accesspoint/*`),
    "every object of the account": attaches("AmazonS3ReadOnlyAccess"),
    "everything to read": attaches("ReadOnlyAccess"),
    "a scientist's": attaches("job-function/DataScientist"),
    "a service's of old": attaches("service-role/AmazonEC2RoleforSSM"),
    "by a budget's action": aws("budgets/budgetAction:BudgetAction", {
      definition: { iamActionDefinition: { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" } },
    }),
    "a group's": aws("iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive", {
      policyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
    }),
  }),
  ...added("roles that govern the cluster", ["rbac-narrow"], {
    "what changes every pod": clusterRole(
      "admissionregistration.k8s.io",
      "mutatingwebhookconfigurations",
      "create",
    ),
    "another API": clusterRole("apiregistration.k8s.io", "apiservices", "create"),
    "kinds of objects": clusterRole("apiextensions.k8s.io", "customresourcedefinitions", "update"),
    "folders of nodes": clusterRole("", "persistentvolumes", "create"),
    nodes: clusterRole("", "nodes", "patch"),
    certificates: clusterRole("certificates.k8s.io", "signers", "approve", "sign"),
    "whoever brings a token": {
      type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
      name: "way",
      inputs: {
        metadata: { name: "way" },
        roleRef: { kind: "ClusterRole", name: "view" },
        subjects: [{ kind: "Group", name: "system:bootstrappers" }],
      },
    },
  }),
  ...added("values that give more", ["chart-values-keep-pins"], {
    "one GPU for ten": plugin({ config: { map: { default: sharing("timeSlicing") } } }),
    "one GPU for ten by MPS": plugin({ config: { map: { default: sharing("mps") } } }),
    "one GPU for ten as settings": plugin({
      config: {
        default: { sharing: { timeSlicing: { resources: [{ name: "nvidia.com/gpu", replicas: 10 }] } } },
      },
    }),
    "a capability": keda({ securityContext: { operator: { capabilities: { add: ["SYS_ADMIN"] } } } }),
    root: keda({ podSecurityContext: { operator: { runAsNonRoot: false } } }),
    "every right": keda({ rbac: { extraRules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] } }),
    "every Secret": keda({
      rbac: { extraClusterRoleRules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }] },
    }),
  }),
  ...added("add-ons that nobody has read", ["addon-version-pinned"], {
    "SageMaker's engines": addOn("amazon-sagemaker-hyperpod-inference"),
    "a vendor's costs": addOn("kubecost_kubecost"),
    "a vendor's access": addOn("teleport_teleport"),
    "a name of another case": addOn("CoreDNS"),
    "a name that every object has": addOn("constructor"),
  }),
  ...added("settings of the cluster's own components", ["system-config-maps-kept"], {
    "names that lead elsewhere": systemMap("coredns", {
      Corefile: ".:53 { rewrite name chat.models.internal x.example }",
    }),
    "policies that aren't enforced": systemMap("amazon-vpc-cni", {
      "enable-network-policy-controller": "false",
    }),
    "how requests are sent": systemMap("kube-proxy-config", { config: "mode: userspace" }, "ConfigMap"),
    "names on every node": systemMap("node-local-dns", { Corefile: "." }, "ConfigMap"),
    "whom the API server believes": systemMap("extension-apiserver-authentication", {
      "client-ca-file": "x",
    }),
  }),
  ...added(
    "second hands on the stack's objects",
    ["workload-kind-known", "autoscaler-fails-safe", "standby-slot-warm"],
    {
      "a patch of a disruption budget": inModels(
        "policy/v1:PodDisruptionBudgetPatch",
        { maxUnavailable: "100%" },
        "chat-blue",
      ),
      "a patch of a Service's pods": inModels(
        "core/v1:ServicePatch",
        { selector: { app: "other" } },
        "chat-blue",
      ),
      "a patch of a Service's ports": inModels(
        "core/v1:ServicePatch",
        { ports: [{ port: 80, targetPort: 9 }] },
        "chat-blue",
      ),
      "a patch of a workload": inModels("apps/v1:DeploymentPatch", { replicas: 0 }, "chat-blue"),
      "a patch of a scaler": inModels(
        "autoscaling/v2:HorizontalPodAutoscalerPatch",
        { maxReplicas: 1 },
        "chat-blue",
      ),
    },
  ),
];

function annotatedPods(annotations: Readonly<Record<string, Wire>>): Addition {
  const way = app({});
  const { spec } = way.inputs as { readonly spec: { readonly template: { readonly metadata: object } } };
  const template = { ...spec.template, metadata: { ...spec.template.metadata, annotations } };
  return { ...way, inputs: { ...way.inputs, spec: { ...spec, template } as never } };
}
