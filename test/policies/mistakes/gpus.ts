import type { PlannedResource } from "../../../scripts/plan/resource.ts";
import type { Wire } from "../../../scripts/plan/wire.ts";
import { container, type Mistake, ofModels, pod, set } from "../mutations.ts";

const says =
  (text: string) =>
  (_: Wire, { inputs }: PlannedResource) =>
    JSON.stringify(inputs).includes(text);
const isLarge = (_: Wire, { name }: PlannedResource) => name.startsWith("large-");

/** A flag of an engine, replaced where it stands or taken out. */
const flag = (
  what: string,
  name: string,
  value: string | undefined,
  ...caughtBy: readonly string[]
): Mistake => ({
  what,
  type: "v1:Deployment",
  path: `${container}.args`,
  where: (args) => Array.isArray(args) && args.some((arg) => String(arg).startsWith(`${name}=`)),
  becomes: (args) =>
    (args as readonly string[]).flatMap((arg) =>
      arg.startsWith(`${name}=`) ? (value === undefined ? [] : [`${name}=${value}`]) : [arg],
    ),
  caughtBy,
});

/** One requirement of a pool, replaced or taken out. */
const requirement = (
  what: string,
  key: string,
  values: readonly string[] | undefined,
  ...caughtBy: readonly string[]
): Mistake => ({
  what,
  type: ":NodePool",
  path: `${pod}.requirements`,
  becomes: (all) => {
    const others = (all as readonly { readonly key: string }[]).filter((one) => one.key !== key);
    return (values === undefined ? others : [...others, { key, operator: "In", values }]) as Wire;
  },
  caughtBy,
});

/** What is valid for Kubernetes and still leaves engines without the GPUs that they need. */
export const gpuMistakes: readonly Mistake[] = [
  {
    what: "no toleration",
    type: "v1:Deployment",
    path: `${pod}.tolerations`,
    where: ofModels,
    caughtBy: ["gpu-pod-tolerates-taint"],
  },
  {
    what: "a toleration of another value",
    type: "v1:Deployment",
    path: `${pod}.tolerations`,
    where: ofModels,
    becomes: set([{ key: "nvidia.com/gpu", operator: "Equal", value: "true" }]),
    caughtBy: ["gpu-pod-tolerates-taint"],
  },
  {
    what: "a pool that isn't there",
    type: "v1:Deployment",
    path: `${pod}.nodeSelector`,
    where: ofModels,
    becomes: set({ "gantry.dev/pool": "a100" }),
    caughtBy: ["quantization-fits-gpu", "gpu-demand-fits-pools"],
  },
  {
    what: "a pool of smaller GPUs",
    type: "v1:Deployment",
    path: `${pod}.nodeSelector`,
    where: isLarge,
    becomes: set({ "gantry.dev/pool": "a10g" }),
    caughtBy: ["vram-fits"],
  },
  {
    what: "any pool for a model that fits into one of them",
    type: "v1:Deployment",
    path: `${pod}.nodeSelector`,
    where: (_, { name }) => name.startsWith("code-"),
    caughtBy: ["vram-fits"],
  },
  {
    what: "GPUs of less than the limit",
    type: "v1:Deployment",
    path: `${container}.resources.requests`,
    where: says('"nvidia.com/gpu":"2"'),
    becomes: (requests) => ({ ...(requests as object), "nvidia.com/gpu": "1" }),
    caughtBy: ["tensor-parallel-matches-gpus"],
  },
  {
    what: "shared memory on a disk",
    type: "v1:Deployment",
    path: `${pod}.volumes.*.emptyDir.medium`,
    where: (medium, { inputs }) =>
      medium === "Memory" && JSON.stringify(inputs).includes('"nvidia.com/gpu":"2"'),
    caughtBy: ["tensor-parallel-matches-gpus"],
  },
  {
    what: "an unknown version",
    type: "v1:Deployment",
    path: "spec.template.metadata.labels",
    where: says("vllm-openai"),
    becomes: (labels) => ({ ...(labels as object), "app.kubernetes.io/version": "9.0.0" }),
    caughtBy: ["quantization-fits-gpu"],
  },
  {
    what: "a commit that wasn't measured",
    type: "v1:Deployment",
    path: `${container}.args.0`,
    where: says("vllm-openai"),
    becomes: (model) => String(model).replace(/[0-9a-f]{40}$/, "0".repeat(40)),
    caughtBy: ["vram-fits", "quantization-fits-gpu"],
  },
  {
    what: "a named backend that can't read the cache",
    type: "v1:Deployment",
    path: `${container}.args`,
    where: (args, { name }) => name.startsWith("chat-") && JSON.stringify(args).includes("cache-dtype=fp8"),
    becomes: (args) => [...(args as readonly Wire[]), "--attention-backend=TRITON_ATTN"],
    caughtBy: ["quantization-fits-gpu"],
  },
  flag("layers over more GPUs", "--pipeline-parallel-size", "2", "tensor-parallel-matches-gpus"),
  flag("a name that isn't requested", "--served-model-name", "qwen3", "served-name-matches-route"),
  {
    what: "probes that end early",
    type: "v1:Deployment",
    path: `${container}.startupProbe.periodSeconds`,
    where: ofModels,
    becomes: set(1),
    caughtBy: ["startup-budget-covers-load"],
  },

  requirement(
    "types that the tables don't have",
    "node.kubernetes.io/instance-type",
    ["g6.xlarge"],
    "quantization-fits-gpu",
  ),
  requirement("any type", "node.kubernetes.io/instance-type", undefined, "quantization-fits-gpu"),
  {
    ...requirement(
      "smaller types",
      "node.kubernetes.io/instance-type",
      ["g5.xlarge"],
      "vram-fits",
      "tensor-parallel-matches-gpus",
    ),
    where: (_, { name }) => name !== "a10g-pool",
  },
  requirement("spot", "karpenter.sh/capacity-type", ["spot", "on-demand"], "spot-use-safe"),
  requirement("whatever capacity", "karpenter.sh/capacity-type", undefined, "spot-use-safe"),
  {
    what: "fewer GPUs than its slots ask for",
    type: ":NodePool",
    path: "spec.limits",
    becomes: set({ "nvidia.com/gpu": 1 }),
    caughtBy: ["gpu-demand-fits-pools"],
  },
  {
    what: "taints that pods don't tolerate",
    type: ":NodePool",
    path: `${pod}.taints`,
    becomes: (taints) => [...(taints as readonly Wire[]), { key: "team", value: "a", effect: "NoExecute" }],
    caughtBy: ["gpu-pod-tolerates-taint"],
  },
  {
    what: "all replicas replaced at once",
    type: "v1:Deployment",
    path: "spec.strategy.rollingUpdate.maxSurge",
    where: ofModels,
    becomes: set("300%"),
    caughtBy: ["gpu-demand-fits-pools"],
  },

  {
    what: "a fallback to nothing",
    type: ":ScaledObject",
    path: "spec.fallback.replicas",
    becomes: set(0),
    caughtBy: ["autoscaler-fails-safe"],
  },
  {
    what: "a pause",
    type: ":ScaledObject",
    path: "metadata.annotations",
    becomes: set({ "autoscaling.keda.sh/paused": "true" }),
    caughtBy: ["autoscaler-fails-safe"],
  },
  {
    what: "a threshold that is a number",
    type: ":ScaledObject",
    path: "spec.triggers.*.metadata.threshold",
    becomes: set(4),
    caughtBy: ["autoscaler-fails-safe"],
  },

  {
    what: "models on the internet",
    type: "lb/loadBalancer:LoadBalancer",
    path: "internal",
    where: ofModels,
    becomes: set(false),
    caughtBy: ["engine-not-public"],
  },
  {
    what: "addresses of elsewhere",
    type: "core/v1:Service",
    path: "spec.externalIPs",
    where: ofModels,
    becomes: set(["203.0.113.7"]),
    caughtBy: ["engine-not-public"],
  },
  {
    what: "a port of the node",
    type: "v1:Deployment",
    path: `${container}.ports.*.hostPort`,
    where: ofModels,
    becomes: set(8000),
    caughtBy: ["engine-not-public"],
  },
];
