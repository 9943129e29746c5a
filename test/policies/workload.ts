import type { Properties, Wire } from "../../scripts/plan/wire.ts";
import type { Given } from "../support/policy.ts";

export const commit = "4f8e6a3b0d3f4c5a9f7d1e2b3c4d5e6f70819203";
export const digest = "c1c9f6fd5c109ba7f0546a59f5b2f15fb87f64c77782e90a27b648b42a8e67c3";
export const pinnedImage = `docker.io/vllm/vllm-openai@sha256:${digest}`;

export const engine: Properties = {
  name: "engine",
  image: pinnedImage,
  args: [
    `s3://gantry-dev-models/Qwen/Qwen3-8B-AWQ/${commit}`,
    "--served-model-name=chat",
    "--max-model-len=8192",
  ],
};

/** A Deployment of the given containers, with more of the pod where needed. */
export function deployment(containers: Wire, pod: Properties = {}): Given {
  return {
    type: "kubernetes:apps/v1:Deployment",
    name: "chat-blue",
    props: { spec: { template: { spec: { containers, ...pod } } } },
  };
}

/** One workload of every kind, around the same pod. */
export function everyWorkload(spec: Wire): readonly Given[] {
  const template = { spec };
  const kinds: Readonly<Record<string, Properties>> = {
    "kubernetes:core/v1:Pod": { spec },
    "kubernetes:core/v1:PodTemplate": { template },
    "kubernetes:core/v1:ReplicationController": { spec: { template } },
    "kubernetes:apps/v1:Deployment": { spec: { template } },
    "kubernetes:apps/v1:StatefulSet": { spec: { template } },
    "kubernetes:apps/v1:DaemonSet": { spec: { template } },
    "kubernetes:apps/v1:ReplicaSet": { spec: { template } },
    "kubernetes:batch/v1:Job": { spec: { template } },
    "kubernetes:batch/v1:CronJob": { spec: { jobTemplate: { spec: { template } } } },
    "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet": {
      spec: { leaderWorkerTemplate: { workerTemplate: template } },
    },
  };
  return Object.entries(kinds).map(([type, props]) => ({ type, name: "chat-blue", props }));
}

/** A pod in every kind of workload, and what is found at this path of it. */
export function inEveryWorkload(
  spec: Wire,
  path: string,
  counts: (workload: Given) => boolean = () => true,
): readonly [workloads: readonly Given[], found: readonly string[]] {
  const workloads = everyWorkload(spec);
  const found = workloads
    .filter(counts)
    .map(({ type, name }) => `${name}#${type.endsWith(":LeaderWorkerSet") ? "workerTemplate." : ""}${path}`);
  return [workloads, found];
}
