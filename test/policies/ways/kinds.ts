import { added, aws, object, type Way } from "./way.ts";

const kind = ["workload-kind-known"];
const engine = ["engine-command-readable", "image-registry-allowed"];
const read = ["engine-command-readable"];

const pod = (container: object, more: object = {}) =>
  object("apps/v1:Deployment", {
    template: {
      metadata: { labels: { app: "way" } },
      spec: { containers: [{ name: "a", ...container }], ...more },
    },
  } as never);
const asks = (name: string) => pod({ image: "acme/app:1", resources: { limits: { [name]: 1 } } });

/** Kinds that carry pods or code, GPUs by other names, engines under other images. */
export const kinds: readonly Way[] = [
  ...added("kinds that carry pods or code", kind, {
    "KServe with storageUri": object("serving.kserve.io/v1beta1:InferenceService", {
      predictor: { model: { storageUri: "hf://a/b", args: ["--trust-remote-code"] } },
    }),
    "a runtime of KServe's": object("serving.kserve.io/v1alpha1:ServingRuntime", {
      supportedModelFormats: [],
    }),
    "llm-d by KServe": object("serving.kserve.io/v1alpha1:LLMInferenceService", {
      model: { uri: "hf://a/b" },
    }),
    KubeAI: object("kubeai.org/v1:Model", { url: "hf://a/b", engine: "VLLM" }),
    KAITO: object("kaito.sh/v1beta1:Workspace", { inference: { preset: { name: "phi-4" } } }),
    "Argo CD": object("argoproj.io/v1alpha1:Application", { source: { repoURL: "https://example.com/a" } }),
    "a set of Argo CD's": object("argoproj.io/v1alpha1:ApplicationSet", { generators: [] }),
    "a workflow": object("argoproj.io/v1alpha1:Workflow", { templates: [{ script: { source: "x" } }] }),
    "Flux by a chart": object("helm.toolkit.fluxcd.io/v2:HelmRelease", {
      chart: { spec: { chart: "vllm" } },
    }),
    "Flux by Kustomize": object("kustomize.toolkit.fluxcd.io/v1:Kustomization", { path: "./models" }),
    "a repository of Flux's": object("source.toolkit.fluxcd.io/v1:GitRepository", {
      url: "https://example.com/a",
    }),
    Tekton: object("tekton.dev/v1:TaskRun", { taskSpec: { steps: [{ script: "vllm serve a/b" }] } }),
    "Crossplane's objects": object("kubernetes.crossplane.io/v1alpha2:Object", {
      forProvider: { manifest: {} },
    }),
    "Crossplane's functions": object("pkg.crossplane.io/v1:Function", { package: "xpkg.io/a" }),
    Ray: object("ray.io/v1:RayService", { serveConfigV2: "applications: []" }),
    "a job of KEDA's": object("keda.sh/v1alpha1:ScaledJob", { jobTargetRef: {} }),
    Knative: object("serving.knative.dev/v1:Service", { template: {} }),
    "NIM's operator": object("apps.nvidia.com/v1alpha1:NIMService", { authSecret: "a" }),
    "a Deployment's patch": object("apps/v1:DeploymentPatch", { template: {} }),
    "a list of Pods": object("core/v1:PodList", {}, { items: [] }),
    "a mutating webhook": object(
      "admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
      {},
      { webhooks: [] },
    ),
    "a mutating policy": object("admissionregistration.k8s.io/v1:MutatingAdmissionPolicy"),
    "another API server": object("apiregistration.k8s.io/v1:APIService", { service: { name: "a" } }),
    "a runtime class": object("node.k8s.io/v1:RuntimeClass", {}, { handler: "nvidia" }),
    "a claim of devices": object("resource.k8s.io/v1:ResourceClaimTemplate", { spec: {} }),
    "an older Karpenter pool": object("karpenter.sh/v1beta1:NodePool", { template: {} }),
    "a Provisioner": object("karpenter.sh/v1alpha5:Provisioner", {}),
    "Auto Mode's class": object("eks.amazonaws.com/v1:NodeClass", {}),
    "a chart of the older form": object("helm.sh/v3:Chart", {}, { chart: "vllm" }),
    "manifests from a branch": object(
      "yaml/v2:ConfigFile",
      {},
      { file: "https://raw.githubusercontent.com/a/b/main/c.yaml" },
    ),
    "a folder from a branch": object(
      "kustomize/v2:Directory",
      {},
      { directory: "https://github.com/a/b//c?ref=main" },
    ),
  }),
  ...added("services that the rules can't read", ["service-known"], {
    "SageMaker's endpoint": aws("sagemaker/endpoint:Endpoint", { endpointConfigName: "a" }),
    "SageMaker's model": aws("sagemaker/model:Model", { primaryContainer: {} }),
    "SageMaker's notebook": aws("sagemaker/notebookInstance:NotebookInstance", {
      instanceType: "ml.g5.xlarge",
    }),
    "Bedrock's throughput": aws("bedrock/provisionedModelThroughput:ProvisionedModelThroughput", {
      modelUnits: 1,
    }),
    "Bedrock's custom model": aws("bedrock/customModel:CustomModel", {}),
    "App Runner": aws("apprunner/service:Service", {
      sourceConfiguration: { imageRepository: { imageIdentifier: "vllm" } },
    }),
    Lightsail: aws("lightsail/instance:Instance", { bundleId: "nano" }),
    "Lightsail's containers": aws("lightsail/containerService:ContainerService", { power: "xlarge" }),
    EMR: aws("emr/cluster:Cluster", { masterInstanceGroup: { instanceType: "g5.xlarge" } }),
    "a Glue job": aws("glue/job:Job", { command: {} }),
    CodeBuild: aws("codebuild/project:Project", { environment: { type: "LINUX_GPU_CONTAINER" } }),
    GameLift: aws("gamelift/fleet:Fleet", {}),
    "Elastic Beanstalk": aws("elasticbeanstalk/environment:Environment", {}),
    CloudFormation: aws("cloudformation/stack:Stack", { templateBody: "{}" }),
    "Cloud Control": aws("cloudcontrol/resource:Resource", { typeName: "AWS::EC2::Instance" }),
    "the native provider": { type: "aws-native:ec2:Instance", name: "way", inputs: {} },
    "a command": { type: "command:local:Command", name: "way", inputs: { create: "kubectl apply -f a" } },
    "a dynamic resource": { type: "pulumi-nodejs:dynamic:Resource", name: "way", inputs: {} },
    "another cloud": { type: "gcp:container/cluster:Cluster", name: "way", inputs: {} },
  }),
  ...added("accelerators by other names", read, {
    "shared GPUs": asks("nvidia.com/gpu.shared"),
    "a MIG slice": asks("nvidia.com/mig-1g.10gb"),
    "another maker's": asks("amd.com/gpu"),
    Intel: asks("gpu.intel.com/i915"),
    Gaudi: asks("habana.ai/gaudi"),
    Neuron: asks("aws.amazon.com/neuron"),
    "a share of memory": asks("volcano.sh/vgpu-memory"),
    "a claim": pod({ image: "acme/app:1", resources: { claims: [{ name: "gpu" }] } }),
    "the runtime's variable": pod({
      image: "acme/app:1",
      env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "all" }],
    }),
    "a runtime": pod({ image: "acme/app:1" }, { runtimeClassName: "nvidia" }),
  }),
  ...added("engines under other images", engine, {
    SGLang: pod({ image: "lmsysorg/sglang:1" }),
    "a mirror of vLLM": pod({ image: "acme/mirror/vllm-fork:1" }),
    Triton: pod({ image: "nvcr.io/nvidia/tritonserver:1" }),
    NIM: pod({ image: "nvcr.io/nim/meta/llama3:1" }),
    "llama.cpp": pod({ image: "ghcr.io/ggml-org/llama.cpp:server" }),
    TEI: pod({ image: "ghcr.io/huggingface/text-embeddings-inference:1" }),
    "a module in Python": pod({
      image: "python:3",
      command: ["python", "-m", "vllm.entrypoints.openai.api_server"],
    }),
    "a program in a shell": pod({
      image: "debian:1",
      command: ["sh", "-c", "pip install sglang && sglang serve"],
    }),
    "a hook": pod({
      image: "debian:1",
      lifecycle: { postStart: { exec: { command: ["llama-server", "-m", "a"] } } },
    }),
    "a probe": pod({
      image: "debian:1",
      startupProbe: { exec: { command: ["sh", "-c", "lmdeploy serve a"] } },
    }),
  }),
];
