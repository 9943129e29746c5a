import { added, aws, object, type Way } from "./way.ts";

const region = "us-east-1:111122223333";
const secret = "correct-horse-battery-staple";
const token = `ghp_${"aB3dE6gH9".repeat(4)}`;
const schedule = (arn: string) =>
  aws("scheduler/schedule:Schedule", { scheduleExpression: "rate(1 day)", target: { arn, roleArn: "a" } });
const machine = (Resource: string) =>
  aws("sfn/stateMachine:StateMachine", {
    roleArn: "a",
    definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Task", Resource, End: true } } }),
  });
const anyone = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});
const everything = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
const idp = (oidc: Readonly<Record<string, string>>) =>
  aws("eks/identityProviderConfig:IdentityProviderConfig", {
    oidc: { clientId: "a", issuerUrl: "https://sso.example.com", identityProviderConfigName: "a", ...oidc },
  });
const webhook = "admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration";
const coredns = (configurationValues: string) =>
  aws("eks/addon:Addon", { addonName: "coredns", addonVersion: "v1.12.1-eksbuild.2", configurationValues });

/** What covered services start, open or hold by types that are easily overlooked. */
export const services: readonly Way[] = [
  ...added("programs that a covered service runs", ["service-known"], {
    "Argo CD of EKS": aws("eks/capability:Capability", { type: "ARGOCD" }),
    "a container of ECS Express": aws("ecs/expressGatewayService:ExpressGatewayService", {
      primaryContainer: { image: "vllm/vllm-openai:latest" },
    }),
    "a daemon's task": aws("ecs/daemonTaskDefinition:DaemonTaskDefinition", { family: "a" }),
    "an image of a micro machine": aws("lambda/microvmsImage:MicrovmsImage", { name: "a" }),
    "a command on nodes": aws("ssm/association:Association", {
      name: "AWS-RunShellScript",
      parameters: { commands: "curl https://example.com/a | sh" },
    }),
    "a command in a maintenance window": aws("ssm/maintenanceWindowTask:MaintenanceWindowTask", {
      taskType: "RUN_COMMAND",
    }),
    "commands of a pipeline": aws("codepipeline/pipeline:Pipeline", { stages: [] }),
  }),
  ...added("services that an orchestration calls", ["service-known"], {
    "SageMaker by a schedule": schedule("arn:aws:scheduler:::aws-sdk:sagemaker:createEndpoint"),
    "instances by a schedule": schedule("arn:aws:scheduler:::aws-sdk:ec2:runInstances"),
    "Bedrock by a state machine": machine("arn:aws:states:::bedrock:invokeModel"),
    "SageMaker by a state machine": machine("arn:aws:states:::sagemaker:createEndpoint.sync"),
    "pods by a state machine": machine("arn:aws:states:::eks:runJob.sync"),
    "a command by a state machine": machine("arn:aws:states:::aws-sdk:ssm:sendCommand"),
    "SageMaker by a pipe": aws("pipes/pipe:Pipe", { target: `arn:aws:sagemaker:${region}:pipeline/a` }),
    "SageMaker by an event": aws("cloudwatch/eventTarget:EventTarget", {
      arn: `arn:aws:sagemaker:${region}:pipeline/a`,
    }),
  }),
  ...added("nodes by other ways", ["compute-runs-no-model"], {
    "Lambda's own instances": aws("lambda/capacityProvider:CapacityProvider", {
      instanceRequirements: [{ allowedInstanceTypes: ["g6.xlarge"] }],
    }),
    "ECS's managed instances": aws("ecs/capacityProvider:CapacityProvider", {
      managedInstancesProvider: {
        instanceLaunchTemplate: { instanceRequirements: { acceleratorCount: { min: 1 } } },
      },
    }),
    "ECS's by name": aws("ecs/capacityProvider:CapacityProvider", {
      managedInstancesProvider: {
        instanceLaunchTemplate: { instanceRequirements: { allowedInstanceTypes: ["p5.48xlarge"] } },
      },
    }),
    "ECS's by maker": aws("ecs/capacityProvider:CapacityProvider", {
      managedInstancesProvider: {
        instanceLaunchTemplate: { instanceRequirements: { acceleratorManufacturers: ["nvidia"] } },
      },
    }),
    "Lambda's by family": aws("lambda/capacityProvider:CapacityProvider", {
      instanceRequirements: [{ allowedInstanceTypes: ["m7i.large", "g5.xlarge"] }],
    }),
  }),
  ...added("secrets in places that hold other things", ["no-plaintext-secret"], {
    "an application's configuration": aws("appconfig/hostedConfigurationVersion:HostedConfigurationVersion", {
      content: JSON.stringify({ dbPassword: secret }),
    }),
    "an object": aws("s3/bucketObjectv2:BucketObjectv2", {
      key: "app.env",
      content: `DB_PASSWORD=${secret}`,
    }),
    "a directory": aws("directoryservice/directory:Directory", { name: "a.example.com", password: secret }),
    "a header of an event": aws("cloudwatch/eventTarget:EventTarget", {
      arn: `arn:aws:events:${region}:api-destination/a/b`,
      httpTarget: { headerParameters: { "X-Api-Key": secret } },
    }),
    "a subscriber's address": aws("sns/topicSubscription:TopicSubscription", {
      protocol: "https",
      endpoint: `https://user:${secret}@hooks.example.com/a`,
    }),
    "a tag": aws("sqs/queue:Queue", { tags: { owner: token } }),
    "code at the edge": aws("cloudfront/function:Function", { code: `const t = "${token}"` }),
    "a receiver's address": object("monitoring.coreos.com/v1alpha1:AlertmanagerConfig", {
      receivers: [{ name: "a", webhookConfigs: [{ url: "https://hooks.slack.com/services/T0/B0/abc" }] }],
    }),
  }),
  ...added("rights beside roles", ["iam-no-wildcards", "cluster-access-by-entries"], {
    "a permission set": aws("ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy", {
      inlinePolicy: everything,
    }),
    "a permission set's policy": aws("ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment", {
      managedPolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
    "all secrets by AWS's policy": aws("iam/rolePolicyAttachment:RolePolicyAttachment", {
      role: "a",
      policyArn: "arn:aws:iam::aws:policy/SecretsManagerReadWrite",
    }),
    "groups of another issuer": idp({ groupsClaim: "groups" }),
    "users of another issuer": idp({ usernamePrefix: "-" }),
    "groups built into Kubernetes": idp({ groupsClaim: "groups", groupsPrefix: "system:" }),
  }),
  ...added("things that anyone may use", ["resource-policy-not-public", "internet-facing-expected"], {
    "a function by its policy": aws("lambda/resourcePolicy:ResourcePolicy", { policy: anyone }),
    "an event bus": aws("cloudwatch/eventPermission:EventPermission", { principal: "*", statementId: "a" }),
    "an endpoint service": aws("ec2/vpcEndpointService:VpcEndpointService", { allowedPrincipals: ["*"] }),
    "an endpoint service's principal": aws(
      "ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple",
      { principalArn: "*" },
    ),
    "Kafka on the internet": aws("msk/cluster:Cluster", {
      brokerNodeGroupInfo: {
        connectivityInfo: { publicAccess: { type: "SERVICE_PROVIDED_EIPS" } },
      },
    }),
    "every Ingress of a class": object("elbv2.k8s.aws/v1beta1:IngressClassParams", {
      scheme: "internet-facing",
    }),
  }),
  ...added("disks in clear", ["node-disk-encrypted"], {
    "a volume": aws("ebs/volume:Volume", { availabilityZone: "us-east-1a", size: 10 }),
    "a file system": aws("efs/fileSystem:FileSystem", {}),
    "the account's default": aws("ebs/encryptionByDefault:EncryptionByDefault", { enabled: false }),
    "a class of disks": object(
      "storage.k8s.io/v1:StorageClass",
      {},
      {
        provisioner: "ebs.csi.aws.com",
        parameters: { type: "gp3" },
      },
    ),
    "a class that says so": object(
      "storage.k8s.io/v1:StorageClass",
      {},
      {
        provisioner: "ebs.csi.aws.com",
        parameters: { encrypted: "false" },
      },
    ),
  }),
  ...added("programs that the API server asks", ["workload-kind-known"], {
    "a webhook outside": object(
      webhook,
      {},
      { webhooks: [{ clientConfig: { url: "https://example.com/a" } }] },
    ),
    "a second webhook outside": object(
      webhook,
      {},
      {
        webhooks: [
          { clientConfig: { service: { name: "a", namespace: "a" } } },
          { clientConfig: { url: "https://example.com/a" } },
        ],
      },
    ),
    "a webhook by an address": object(
      webhook,
      {},
      {
        webhooks: [{ clientConfig: { url: "https://10.0.0.9/a" } }],
      },
    ),
    "a conversion outside": object("apiextensions.k8s.io/v1:CustomResourceDefinition", {
      conversion: { strategy: "Webhook", webhook: { clientConfig: { url: "https://example.com/a" } } },
    }),
    "a mutating webhook": object(
      "admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
      {},
      {
        webhooks: [{ clientConfig: { service: { name: "a", namespace: "a" } } }],
      },
    ),
  }),
  ...added("values that unpin an add-on", ["chart-values-keep-pins"], {
    "an image's repository": coredns('{"image": {"repository": "example.com/coredns"}}'),
    "an image's tag": coredns('{"image": {"tag": "latest"}}'),
    "in YAML": coredns("image:\n  tag: latest\n"),
    "the node's network": coredns('{"hostNetwork": true}'),
    "another container": coredns('{"sidecars": [{"name": "a", "image": "a"}]}'),
    "what can't be read": coredns("{"),
  }),
];
