import { added, aws, changed, type Way } from "./way.ts";

const eks = (type: string, inputs = {}) => ({ type: `eks:index:${type}`, name: "way", inputs });
const gpuGroup = {
  clusterName: "gantry-prod",
  instanceTypes: ["g5.xlarge"],
  releaseVersion: "1.36.0-20260923",
};
const task = (container: object) =>
  aws("ecs/taskDefinition:TaskDefinition", {
    containerDefinitions: JSON.stringify([{ name: "a", ...container }]),
  });
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Nodes and computers by every way that there is. */
export const machines: readonly Way[] = [
  ...added("nodes by every way", ["node-group-kind-known"], {
    "a self-managed group": eks("NodeGroup", { instanceType: "g5.xlarge" }),
    "a self-managed group of the newer form": eks("NodeGroupV2", { instanceType: "g5.xlarge" }),
    "a cluster with its default group": eks("Cluster", { authenticationMode: "API" }),
    "a cluster on Fargate": eks("Cluster", { skipDefaultNodeGroup: true, fargate: true }),
    "a cluster in Auto Mode": eks("Cluster", { skipDefaultNodeGroup: true, autoMode: { enabled: true } }),
    "a cluster with options of a group": eks("Cluster", {
      skipDefaultNodeGroup: true,
      nodeGroupOptions: { instanceType: "g5.xlarge" },
    }),
    "Auto Mode without the component": aws("eks/cluster:Cluster", { computeConfig: { enabled: true } }),
    "a Fargate profile": aws("eks/fargateProfile:FargateProfile", {}),
    "an autoscaling group of the cluster": aws("autoscaling/group:Group", {
      tags: [{ key: "kubernetes.io/cluster/gantry-prod", value: "owned" }],
    }),
    "the same by a tag of its own": aws("autoscaling/tag:Tag", {
      tag: { key: "kubernetes.io/cluster/gantry-prod", value: "owned" },
    }),
  }),
  ...added("managed groups of GPUs", ["gpu-nodes-tainted", "gpu-pool-capped"], {
    "without a taint": aws("eks/nodeGroup:NodeGroup", { ...gpuGroup, scalingConfig: { maxSize: 1 } }),
    "without a ceiling": aws("eks/nodeGroup:NodeGroup", {
      ...gpuGroup,
      taints: [{ key: "nvidia.com/gpu", effect: "NO_SCHEDULE" }],
    }),
    "with a ceiling that is too high": aws("eks/nodeGroup:NodeGroup", {
      ...gpuGroup,
      scalingConfig: { maxSize: 400 },
      taints: [{ key: "nvidia.com/gpu", effect: "NO_SCHEDULE" }],
    }),
    "of the component": eks("ManagedNodeGroup", { instanceTypes: ["p5.48xlarge"] }),
    "of Neuron": eks("ManagedNodeGroup", { instanceTypes: ["trn1.32xlarge"] }),
    "by its image": eks("ManagedNodeGroup", { amiType: "AL2023_x86_64_NVIDIA" }),
    "with a weak taint": aws("eks/nodeGroup:NodeGroup", {
      ...gpuGroup,
      scalingConfig: { maxSize: 1 },
      taints: [{ key: "nvidia.com/gpu", effect: "PREFER_NO_SCHEDULE" }],
    }),
  }),
  ...changed("pools of other accelerators", ["gpu-pool-capped", "gpu-nodes-tainted"], {
    Neuron: [
      ":NodePool",
      "spec",
      {
        template: {
          spec: {
            requirements: [
              { key: "node.kubernetes.io/instance-type", operator: "In", values: ["inf2.xlarge"] },
            ],
          },
        },
      },
    ],
    Trainium: [
      ":NodePool",
      "spec",
      {
        template: {
          spec: {
            requirements: [{ key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["trn1"] }],
          },
        },
      },
    ],
    Gaudi: [
      ":NodePool",
      "spec",
      {
        template: {
          spec: {
            requirements: [{ key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["dl"] }],
          },
        },
      },
    ],
    "any family": [":NodePool", "spec", { template: { spec: { requirements: [] } } }],
    FPGAs: [
      ":NodePool",
      "spec",
      {
        template: {
          spec: {
            requirements: [{ key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["f2"] }],
          },
        },
      },
    ],
  }),
  ...added("computers beside the cluster", ["compute-runs-no-model"], {
    "an instance with a GPU": aws("ec2/instance:Instance", { instanceType: "g6e.xlarge" }),
    "a template with a GPU": aws("ec2/launchTemplate:LaunchTemplate", { instanceType: "p5.48xlarge" }),
    "an older template": aws("ec2/launchConfiguration:LaunchConfiguration", { instanceType: "g5.xlarge" }),
    "a spot request": aws("ec2/spotInstanceRequest:SpotInstanceRequest", { instanceType: "inf2.xlarge" }),
    "a fleet": aws("ec2/fleet:Fleet", {
      launchTemplateConfigs: [{ overrides: [{ instanceType: "g5.xlarge" }] }],
    }),
    "a spot fleet": aws("ec2/spotFleetRequest:SpotFleetRequest", {
      launchSpecifications: [{ instanceType: "g5.xlarge" }],
    }),
    "types by requirements": aws("ec2/fleet:Fleet", {
      launchTemplateConfigs: [{ overrides: [{ instanceRequirements: { acceleratorCount: { min: 1 } } }] }],
    }),
    "an autoscaling group with GPUs": aws("autoscaling/group:Group", {
      mixedInstancesPolicy: { launchTemplate: { overrides: [{ instanceType: "g5.xlarge" }] } },
    }),
    "an engine by user data": aws("ec2/instance:Instance", {
      instanceType: "m7i.24xlarge",
      userData: "#!/bin/sh\nollama serve",
    }),
    "an engine by user data in base64": aws("ec2/launchTemplate:LaunchTemplate", {
      userData: base64("docker run vllm/vllm-openai"),
    }),
    "a batch environment": aws("batch/computeEnvironment:ComputeEnvironment", {
      computeResources: { instanceTypes: ["g5"], instanceType: "g5.xlarge" },
    }),
    "a batch job on a GPU": aws("batch/jobDefinition:JobDefinition", {
      containerProperties: JSON.stringify({
        image: "acme/a:1",
        resourceRequirements: [{ type: "GPU", value: "1" }],
      }),
    }),
    "an engine on ECS": task({ image: "vllm/vllm-openai:1" }),
    "an engine on ECS by its command": task({ image: "acme/a:1", command: ["sglang", "serve"] }),
    "a GPU on ECS": task({ image: "acme/a:1", resourceRequirements: [{ type: "GPU", value: "1" }] }),
    "accelerators on ECS": aws("ecs/taskDefinition:TaskDefinition", {
      containerDefinitions: "[]",
      inferenceAccelerators: [{ deviceType: "eia2.medium" }],
    }),
    "an engine as a function": aws("lambda/function:Function", {
      packageType: "Image",
      imageUri: "111122223333.dkr.ecr.us-east-1.amazonaws.com/llama-server:1",
    }),
  }),
  ...added("computers that are public", ["internet-facing-expected"], {
    "an instance with an address": aws("ec2/instance:Instance", {
      instanceType: "t4g.micro",
      associatePublicIpAddress: true,
    }),
    "a function's address": aws("lambda/functionUrl:FunctionUrl", { authorizationType: "NONE" }),
    "a service on ECS with an address": aws("ecs/service:Service", {
      networkConfiguration: { assignPublicIp: true },
    }),
    "an API": aws("apigatewayv2/api:Api", { protocolType: "HTTP" }),
    "a GraphQL API": aws("appsync/graphQLApi:GraphQLApi", { authenticationType: "API_KEY" }),
    "a distribution": aws("cloudfront/distribution:Distribution", {}),
    "an accelerator": aws("globalaccelerator/accelerator:Accelerator", {}),
  }),
];
