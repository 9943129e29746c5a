import { type Properties, unknown, type Wire } from "../../scripts/plan/wire.ts";
import type { Given } from "../support/policy.ts";
import { pinnedImage } from "./workload.ts";

/** Models of the table, as they are loaded from a bucket. */
export const stored = {
  qwen8b: "s3://gantry-dev-models/Qwen/Qwen3-8B-AWQ/4da05a8edb55c6046cce958586c33b61da07bb79",
  llama70b:
    "s3://gantry-dev-models/RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic/f50dbad2c84590ca17dc51e207c34321b65ff14b",
  llama8b: "s3://gantry-dev-models/meta-llama/Llama-3.1-8B-Instruct/0e9e39f249a16976918f6564b8830bc894c89659",
} as const;

/** What tells the pods of a model's slot. */
export const slotLabels = { "gantry.dev/model": "chat", "gantry.dev/colour": "blue" };
const slotMetadata = {
  labels: { ...slotLabels, "app.kubernetes.io/version": "0.31.0" },
  annotations: { "gantry.dev/served-name": "chat" },
};

/** A GPU pool whose nodes carry its name, with other requirements than a list of instance types where given. */
export function pool(
  name: string,
  types: readonly string[],
  more: readonly Wire[] = [],
  limit: Wire = 8,
): Given {
  const listed = { key: "node.kubernetes.io/instance-type", operator: "In", values: types };
  return {
    type: "kubernetes:karpenter.sh/v1:NodePool",
    name: `${name}-pool`,
    props: {
      metadata: { name },
      spec: {
        limits: { "nvidia.com/gpu": limit },
        template: {
          metadata: { labels: { "gantry.dev/pool": name } },
          spec: {
            taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
            requirements: [...(types.length > 0 ? [listed] : []), ...more],
          },
        },
      },
    },
  };
}

export const a10g = pool("a10g", ["g5.xlarge", "g5.2xlarge"]);
export const l40s = pool("l40s", ["g6e.xlarge"]);
export const h100 = pool("h100", ["p5.48xlarge"]);

/** An engine's container that asks for GPUs. */
export function gpuEngine(args: Wire, gpus: Wire = "1", more: Properties = {}): Properties {
  return {
    name: "engine",
    image: pinnedImage,
    args,
    resources: { requests: { "nvidia.com/gpu": gpus }, limits: { "nvidia.com/gpu": gpus } },
    ...more,
  };
}

/** What an 8B AWQ model is served with on one A10G. */
export const chatArgs = [
  stored.qwen8b,
  "--served-model-name=chat",
  "--max-model-len=16384",
  "--gpu-memory-utilization=0.9",
  "--kv-cache-dtype=auto",
  "--tensor-parallel-size=1",
];
/** What a 70B FP8 model is served with on two GPUs, and the memory that they share. */
export const largeArgs = [
  stored.llama70b,
  "--max-model-len=32768",
  "--gpu-memory-utilization=0.92",
  "--kv-cache-dtype=fp8",
  "--tensor-parallel-size=2",
];
export const shm = {
  mounts: { volumeMounts: [{ name: "shm", mountPath: "/dev/shm" }] },
  volumes: { volumes: [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "4Gi" } }] },
};

/** A Deployment on a pool's nodes, as a slot has it. */
export function slot(
  containers: Wire,
  on: Properties = { nodeSelector: { "gantry.dev/pool": "a10g" } },
  metadata: Properties = {},
): Given {
  return {
    type: "kubernetes:apps/v1:Deployment",
    name: "chat-blue",
    props: {
      metadata: { name: "chat-blue", namespace: "models" },
      spec: {
        template: {
          metadata: { ...slotMetadata, ...metadata },
          spec: {
            containers,
            tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
            ...on,
          },
        },
      },
    },
  };
}

/** A slot on one pool, and the pool. */
export function chatOn(where: Given, args: Wire = chatArgs, gpus: Wire = "1"): readonly Given[] {
  return [slot([gpuEngine(args, gpus)], on(where)), where];
}

/** What a pod asks for to land on a pool. */
export function on({ name }: Given, more: Properties = {}): Properties {
  return { nodeSelector: { "gantry.dev/pool": name.replace(/-pool$/, "") }, ...more };
}

/** The same engine over two pods, each with its own GPUs. */
export function group(containers: Wire, pod: Properties, size: Wire = 2): Given {
  const template = { metadata: slotMetadata, spec: { containers, ...pod } };
  return {
    type: "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet",
    name: "chat-blue-1",
    props: {
      metadata: { name: "chat-blue-1", namespace: "models" },
      spec: {
        replicas: 1,
        leaderWorkerTemplate: { size, leaderTemplate: template, workerTemplate: template },
      },
    },
  };
}

/** Arguments with one flag replaced, or taken out. */
export function replacing(args: readonly Wire[], flag: string, value?: Wire): readonly Wire[] {
  const others = args.filter((arg) => !String(arg).startsWith(`${flag}=`));
  return value === undefined ? others : [...others, value];
}

/** A probe that gives an engine ten minutes. */
export const patient = { periodSeconds: 10, failureThreshold: 60 };

/** A Deployment whose rollout and update may take so many seconds. */
export function withDeadlines(containers: Wire, progressDeadlineSeconds: Wire = 1230, seconds = 1230): Given {
  return {
    type: "kubernetes:apps/v1:Deployment",
    name: "chat-blue",
    props: { spec: { progressDeadlineSeconds, template: { spec: { containers } } } },
    options: { createSeconds: seconds, updateSeconds: seconds },
  };
}

const names = { name: "chat-blue", namespace: "models" };

/** What scales the slot, as its component makes it. */
export function scaler(spec: Properties = {}, more: Properties = {}): Given {
  return {
    type: "kubernetes:keda.sh/v1alpha1:ScaledObject",
    name: "chat-blue",
    props: {
      metadata: { ...names, ...more },
      spec: {
        scaleTargetRef: { name: "chat-blue" },
        minReplicaCount: 1,
        maxReplicaCount: 4,
        fallback: { failureThreshold: 4, replicas: 1 },
        triggers: [
          { type: "prometheus", metadata: { query: "up", threshold: "4", ignoreNullValues: "false" } },
        ],
        ...spec,
      },
    },
  };
}

/** The Service in front of the slot's pods. */
export function service(spec: Properties = {}, more: Properties = {}): Given {
  return {
    type: "kubernetes:core/v1:Service",
    name: "chat-blue",
    props: { metadata: { ...names, ...more }, spec: { selector: slotLabels, ...spec } },
  };
}

/** A target group, the binding of the slot's Service to it, and the listener rule that forwards to it. */
export function entrance(internal: Wire) {
  const loadBalancer: Given = {
    type: "aws:lb/loadBalancer:LoadBalancer",
    name: "serving",
    props: { internal },
  };
  const listener: Given = {
    type: "aws:lb/listener:Listener",
    name: "serving",
    props: { loadBalancerArn: unknown, defaultActions: [{ type: "fixed-response" }] },
    behind: { loadBalancerArn: [loadBalancer] },
  };
  const group: Given = { type: "aws:lb/targetGroup:TargetGroup", name: "chat-blue", props: { port: 8000 } };
  const rule: Given = {
    type: "aws:lb/listenerRule:ListenerRule",
    name: "chat-live",
    props: {
      listenerArn: unknown,
      actions: [{ type: "forward", forward: { targetGroups: [{ arn: unknown, weight: 100 }] } }],
      conditions: [{ hostHeader: { values: ["chat.models.internal"] } }],
    },
    behind: { listenerArn: [listener], actions: [group] },
  };
  const binding: Given = {
    type: "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding",
    name: "chat-blue",
    props: {
      metadata: names,
      spec: { serviceRef: { name: "chat-blue", port: "http" }, targetGroupARN: unknown, targetType: "ip" },
    },
    behind: { spec: [group] },
  };
  return {
    loadBalancer,
    listener,
    group,
    rule,
    binding,
    all: [loadBalancer, listener, group, rule, binding],
  };
}
