import type { Wire } from "../../../scripts/plan/wire.ts";
import { container, type Mistake, ofModels, pod, set } from "../mutations.ts";

const digest = `sha256:${"0".repeat(64)}`;
const isEngine = (value: Wire) =>
  Array.isArray(value) && value.some((arg) => String(arg).startsWith("--max-model-len"));

/** A slip in an engine's command line: one flag replaced, added at the end or taken out. */
const flag = (
  what: string,
  name: string,
  value: string | undefined,
  ...caughtBy: readonly string[]
): Mistake => ({
  what,
  type: "v1:Deployment",
  path: `${container}.args`,
  where: isEngine,
  becomes: (args) => {
    const others = (args as readonly string[]).filter((arg) => arg !== name && !arg.startsWith(`${name}=`));
    return value === undefined ? others : [...others, value];
  },
  caughtBy,
});
const variable = (
  what: string,
  name: string,
  value: Wire | undefined,
  ...caughtBy: readonly string[]
): Mistake => ({
  what,
  type: "v1:Deployment",
  path: `${container}.env`,
  becomes: (env) => {
    const others = (env as readonly { readonly name: string }[]).filter((one) => one.name !== name);
    return (value === undefined ? others : [...others, { name, value }]) as Wire;
  },
  caughtBy,
});
/** A variable that only an engine reads, or that no rule minds elsewhere. */
const engineVariable = (...args: Parameters<typeof variable>): Mistake => ({
  ...variable(...args),
  where: ofModels,
});

const inEvery = (types: readonly string[], mistake: Omit<Mistake, "type">): readonly Mistake[] =>
  types.map((type) => ({ ...mistake, type }));
const workloads = ["v1:Deployment", "v1:Job"];

/** What can be wrong with pods, engines, and what stands before them. */
export const workloadMistakes: readonly Mistake[] = [
  ...[
    {
      what: "an image by tag",
      path: `${container}.image`,
      becomes: set("vllm/vllm-openai:nightly"),
      caughtBy: ["image-digest-pinned"],
    },
    { what: "no image", path: `${container}.image`, caughtBy: ["image-digest-pinned"] },
    {
      what: "a digest cut short",
      path: `${container}.image`,
      becomes: (image: Wire) => String(image).slice(0, -1),
      caughtBy: ["image-digest-pinned"],
    },
    {
      what: "an image from elsewhere",
      path: `${container}.image`,
      becomes: set(`evil.example.com/vllm/vllm-openai@${digest}`),
      caughtBy: ["image-registry-allowed"],
    },
    {
      what: "no security context",
      path: `${container}.securityContext`,
      caughtBy: ["container-privileges-dropped"],
    },
    {
      what: "escalation",
      path: `${container}.securityContext.allowPrivilegeEscalation`,
      becomes: set(true),
      caughtBy: ["container-privileges-dropped"],
    },
    {
      what: "capabilities kept",
      path: `${container}.securityContext.capabilities.drop`,
      becomes: set([]),
      caughtBy: ["container-privileges-dropped"],
    },
    {
      what: "a capability added",
      path: `${container}.securityContext.capabilities.add`,
      becomes: set(["SYS_ADMIN"]),
      caughtBy: ["container-privileges-dropped"],
    },
    {
      what: "privileged",
      path: `${container}.securityContext.privileged`,
      becomes: set(true),
      caughtBy: ["container-privileges-dropped"],
    },
    {
      what: "no seccomp profile",
      path: `${pod}.securityContext.seccompProfile`,
      caughtBy: ["container-privileges-dropped"],
    },
    {
      what: "root",
      path: `${pod}.securityContext.runAsUser`,
      becomes: set(0),
      caughtBy: ["container-non-root"],
    },
    {
      what: "root allowed",
      path: `${pod}.securityContext.runAsNonRoot`,
      becomes: set(false),
      caughtBy: ["container-non-root"],
    },
    {
      what: "the node's network",
      path: `${pod}.hostNetwork`,
      becomes: set(true),
      caughtBy: ["pod-no-host-access"],
    },
    {
      what: "the node's processes",
      path: `${pod}.hostPID`,
      becomes: set(true),
      caughtBy: ["pod-no-host-access"],
    },
    {
      what: "the node's memory",
      path: `${pod}.hostIPC`,
      becomes: set(true),
      caughtBy: ["pod-no-host-access"],
    },
    {
      what: "the node's disk",
      path: `${pod}.volumes.*`,
      becomes: set({ name: "tmp", hostPath: { path: "/" } }),
      caughtBy: ["pod-no-host-access"],
    },
    {
      what: "a token",
      path: `${pod}.automountServiceAccountToken`,
      becomes: set(true),
      caughtBy: ["pod-no-service-account-token"],
    },
    { what: "no requests", path: `${container}.resources.requests`, caughtBy: ["container-resources-set"] },
    {
      what: "no memory limit",
      path: `${container}.resources.limits.memory`,
      caughtBy: ["container-resources-set"],
    },
    {
      what: "memory beyond the request",
      path: `${container}.resources.limits.memory`,
      becomes: set("900Gi"),
      caughtBy: ["container-resources-set"],
    },
    {
      what: "a service account that isn't there",
      path: `${pod}.serviceAccountName`,
      becomes: set("nobody"),
      caughtBy: ["references-resolve"],
    },
  ].flatMap((mistake) => inEvery(workloads, mistake)),

  {
    what: "a script from nowhere",
    type: "v1:Job",
    path: `${pod}.volumes.*.configMap.name`,
    becomes: set("missing"),
    caughtBy: ["references-resolve"],
  },
  {
    what: "no liveness",
    type: "v1:Deployment",
    path: `${container}.livenessProbe`,
    caughtBy: ["container-probes-set"],
  },
  {
    what: "no readiness",
    type: "v1:Deployment",
    path: `${container}.readinessProbe`,
    caughtBy: ["container-probes-set"],
  },
  {
    what: "a probe of a port that isn't there",
    type: "v1:Deployment",
    path: `${container}.readinessProbe.httpGet.port`,
    becomes: set("web"),
    caughtBy: ["container-probes-set"],
  },
  {
    what: "no start-up probe",
    type: "v1:Deployment",
    path: `${container}.startupProbe`,
    where: ofModels,
    caughtBy: ["startup-budget-covers-load"],
  },
  {
    what: "a short start-up",
    type: "v1:Deployment",
    path: `${container}.startupProbe.failureThreshold`,
    where: ofModels,
    becomes: set(3),
    caughtBy: ["startup-budget-covers-load"],
  },
  {
    what: "a short rollout",
    type: "v1:Deployment",
    path: "spec.progressDeadlineSeconds",
    where: ofModels,
    becomes: set(60),
    caughtBy: ["startup-budget-covers-load"],
  },
  {
    what: "grace below the drain",
    type: "v1:Deployment",
    path: `${pod}.terminationGracePeriodSeconds`,
    becomes: set(60),
    caughtBy: ["grace-period-covers-drain"],
  },
  {
    what: "the default grace",
    type: "v1:Deployment",
    path: `${pod}.terminationGracePeriodSeconds`,
    caughtBy: ["grace-period-covers-drain"],
  },
  {
    what: "no wait before the stop",
    type: "v1:Deployment",
    path: `${container}.lifecycle`,
    caughtBy: ["grace-period-covers-drain"],
  },
  {
    what: "service links",
    type: "v1:Deployment",
    path: `${pod}.enableServiceLinks`,
    where: ofModels,
    becomes: set(true),
    caughtBy: ["engine-surface-minimal"],
  },
  {
    what: "no shared memory",
    type: "v1:Deployment",
    path: `${pod}.volumes`,
    where: (_, { inputs }) => JSON.stringify(inputs).includes('"nvidia.com/gpu":"2"'),
    becomes: set([]),
    caughtBy: ["tensor-parallel-matches-gpus"],
  },
  {
    what: "a GPU more than is used",
    type: "v1:Deployment",
    path: `${container}.resources.limits`,
    where: ofModels,
    becomes: (limits) => ({ ...(limits as object), "nvidia.com/gpu": "4" }),
    caughtBy: ["tensor-parallel-matches-gpus", "container-resources-set"],
  },
  {
    what: "no release id",
    type: "v1:Deployment",
    path: "spec.template.metadata.annotations",
    where: ofModels,
    caughtBy: ["slot-release-evaluated"],
  },

  flag(
    "more parallel than GPUs",
    "--tensor-parallel-size",
    "--tensor-parallel-size=3",
    "tensor-parallel-matches-gpus",
  ),
  flag("code from the repository", "--trust-remote-code", "--trust-remote-code", "no-remote-code"),
  flag("the same, spelled otherwise", "--trust_remote_code", "--trust_remote_code", "no-remote-code"),
  flag("a module by name", "--middleware", "--middleware=x.y", "no-remote-code"),
  flag("no context length", "--max-model-len", undefined, "vram-fits"),
  flag("a context beyond the memory", "--max-model-len", "--max-model-len=4000000", "vram-fits"),
  flag("all of the memory", "--gpu-memory-utilization", "--gpu-memory-utilization=0.99", "vram-fits"),
  flag("no share of the memory", "--gpu-memory-utilization", undefined, "vram-fits"),
  flag("no drain", "--shutdown-timeout", "--shutdown-timeout=0", "grace-period-covers-drain"),
  flag("the default drain", "--shutdown-timeout", undefined, "grace-period-covers-drain"),
  flag(
    "a drain beyond the grace",
    "--shutdown-timeout",
    "--shutdown-timeout=3000",
    "grace-period-covers-drain",
  ),
  flag("the docs", "--disable-fastapi-docs", undefined, "engine-surface-minimal"),
  flag("sleep mode", "--enable-sleep-mode", "--enable-sleep-mode", "engine-surface-minimal"),
  flag("logged prompts", "--enable-log-requests", "--enable-log-requests", "prompt-logging-declared"),
  flag("a flag twice", "--nothing", "--max-model-len=8192", "engine-command-readable"),
  flag("a flag that isn't known", "--no-such-flag", "--no-such-flag", "engine-command-readable"),
  flag("an unknown quantization", "--quantization", "--quantization=bitsandbytes", "quantization-fits-gpu"),
  flag(
    "a draft model that moves",
    "--speculative-config",
    '--speculative-config={"model":"Qwen/Qwen3-0.6B"}',
    "model-companions-pinned",
  ),
  flag("a tokenizer from elsewhere", "--tokenizer", "--tokenizer=someone/else", "model-companions-pinned"),
  {
    what: "a model from the hub without a commit",
    type: "v1:Deployment",
    path: `${container}.args.0`,
    where: ofModels,
    becomes: set("Qwen/Qwen3-8B-AWQ"),
    caughtBy: ["model-revision-pinned"],
  },
  {
    what: "a model from another bucket",
    type: "v1:Deployment",
    path: `${container}.args.0`,
    where: ofModels,
    becomes: set("s3://someone-else/Qwen/Qwen3-8B-AWQ/main"),
    caughtBy: ["model-source-allowed"],
  },
  {
    what: "a shell around the engine",
    type: "v1:Deployment",
    path: `${container}.command`,
    becomes: set(["sh", "-c", "vllm serve x"]),
    caughtBy: ["engine-command-readable"],
  },

  engineVariable("developer mode", "VLLM_SERVER_DEV_MODE", "1", "engine-surface-minimal"),
  engineVariable("unlimited answers", "VLLM_MAX_N_SEQUENCES", undefined, "engine-surface-minimal"),
  engineVariable("a library before all others", "LD_PRELOAD", "/tmp/x.so", "engine-surface-minimal"),
  variable("a key in clear", "VLLM_API_KEY", "sk-0123456789abcdef0123", "no-plaintext-secret"),
  engineVariable("connections that end first", "VLLM_HTTP_TIMEOUT_KEEP_ALIVE", "5", "idle-timeouts-ordered"),

  {
    what: "no replicas",
    type: ":ScaledObject",
    path: "spec.minReplicaCount",
    becomes: set(0),
    caughtBy: ["autoscaler-fails-safe", "standby-slot-warm"],
  },
  {
    what: "the default floor",
    type: ":ScaledObject",
    path: "spec.minReplicaCount",
    caughtBy: ["autoscaler-fails-safe", "standby-slot-warm"],
  },
  {
    what: "the default ceiling",
    type: ":ScaledObject",
    path: "spec.maxReplicaCount",
    caughtBy: ["autoscaler-fails-safe"],
  },
  {
    what: "a ceiling beyond the pool",
    type: ":ScaledObject",
    path: "spec.maxReplicaCount",
    becomes: set(500),
    caughtBy: ["gpu-demand-fits-pools"],
  },
  {
    what: "gone at once",
    type: ":ScaledObject",
    path: "spec.cooldownPeriod",
    becomes: set(10),
    caughtBy: ["autoscaler-fails-safe"],
  },
  { what: "no fallback", type: ":ScaledObject", path: "spec.fallback", caughtBy: ["autoscaler-fails-safe"] },
  {
    what: "silence for no load",
    type: ":ScaledObject",
    path: "spec.triggers.*.metadata.ignoreNullValues",
    becomes: set("true"),
    caughtBy: ["autoscaler-fails-safe"],
  },
  {
    what: "no threshold",
    type: ":ScaledObject",
    path: "spec.triggers.*.metadata.threshold",
    caughtBy: ["autoscaler-fails-safe"],
  },
  {
    what: "scaling something else",
    type: ":ScaledObject",
    path: "spec.scaleTargetRef.name",
    becomes: set("nobody"),
    caughtBy: ["references-resolve", "standby-slot-warm"],
  },

  {
    what: "a Service on every node",
    type: "core/v1:Service",
    path: "spec.type",
    where: ofModels,
    becomes: set("NodePort"),
    caughtBy: ["engine-not-public"],
  },
  {
    what: "a Service on the internet",
    type: "core/v1:Service",
    path: "spec.type",
    becomes: set("LoadBalancer"),
    caughtBy: ["engine-not-public", "internet-facing-expected"],
  },
  {
    what: "a Service that selects nothing",
    type: "core/v1:Service",
    path: "spec.selector",
    becomes: set({ app: "nobody" }),
    caughtBy: ["references-resolve"],
  },
  {
    what: "a Service to a port that isn't there",
    type: "core/v1:Service",
    path: "spec.ports.*.targetPort",
    becomes: set("web"),
    caughtBy: ["references-resolve"],
  },
  {
    what: "targets by node",
    type: ":TargetGroupBinding",
    path: "spec.targetType",
    becomes: set("instance"),
    caughtBy: ["target-binding-gates-readiness"],
  },
  {
    what: "a binding to no Service",
    type: ":TargetGroupBinding",
    path: "spec.serviceRef.name",
    becomes: set("nobody"),
    caughtBy: ["references-resolve", "target-binding-gates-readiness"],
  },
  {
    what: "no readiness gate",
    type: "core/v1:Namespace",
    path: "metadata.labels",
    where: (_, { name }) => name === "serving",
    caughtBy: ["target-binding-gates-readiness"],
  },
  {
    what: "a budget that blocks every drain",
    type: ":PodDisruptionBudget",
    path: "spec.maxUnavailable",
    becomes: set(0),
    caughtBy: ["workload-has-disruption-budget"],
  },
  {
    what: "a budget that keeps what is broken",
    type: ":PodDisruptionBudget",
    path: "spec.unhealthyPodEvictionPolicy",
    caughtBy: ["workload-has-disruption-budget"],
  },
  {
    what: "engines open to everyone",
    type: ":NetworkPolicy",
    path: "spec.ingress.*.from",
    where: (_, { name }) => name.startsWith("serving"),
    becomes: set([]),
    caughtBy: ["engine-ingress-narrow"],
  },
  {
    what: "engines free to go anywhere",
    type: ":NetworkPolicy",
    path: "spec.egress.*.to",
    where: (_, { name }) => name.startsWith("serving"),
    becomes: set([]),
    caughtBy: ["engine-egress-narrow"],
  },
  {
    what: "a namespace without a default-deny policy",
    type: ":NetworkPolicy",
    path: "spec.policyTypes",
    where: (_, { name }) => name === "serving-deny-all",
    becomes: set(["Ingress"]),
    caughtBy: ["engine-ingress-narrow"],
  },
];
