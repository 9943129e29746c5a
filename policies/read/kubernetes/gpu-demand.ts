import type { StackResource } from "../../framework/rule.ts";
import { at, unknown, type Value } from "../../framework/value.ts";
import { isOf } from "../aws/load-balancer.ts";
import { type ContainerList, containersOf } from "./containers.ts";
import { gpuPools, landings } from "./gpu-selection.ts";
import { gpuCount, gpusAsked } from "./gpus-asked.ts";
import { kindOf, nameOf, namespaceOf, type Pods, scalers } from "./kubernetes.ts";
import { Objects } from "./objects.ts";

/** GPUs that the pods of a workload may request. */
export interface WorkloadGpuDemand {
  readonly pods: Pods;
  /** Pools with an instance type that may take one of the pods. */
  readonly pools: readonly StackResource[];
  /** Of all its pods at the highest load, while they are replaced; infinite where that isn't known. */
  readonly gpus: number;
}

/** Replicas beyond the wanted ones while a Deployment is replaced. [Kubernetes API, RollingUpdateDeployment] */
const defaultSurge = "25%";
/** Default max replicas of a ScaledObject. [KEDA, ScaledObject] */
const defaultCeiling = 100;

/** The pods of a stack that request, or may request, GPUs. */
export function gpuDemands(resources: readonly StackResource[]): readonly WorkloadGpuDemand[] {
  const objects = new Objects(resources);
  const pools = gpuPools(resources);
  const all = resources.filter(isOf(scalers));
  return objects.allPods.flatMap((pods) => {
    const { workload } = pods;
    const each = gpusOfPod(pods);
    // Any scaler may target a workload whose name isn't known.
    const named = [nameOf(workload), namespaceOf(workload)].every((name) => typeof name === "string");
    const count = podsAtMost(pods, named ? objects.scalersOf(workload) : all);
    if (each === 0 || count === 0) return [];
    const taking = landings(pods.spec, pools).filter(
      ({ types, open }) =>
        open || each === Number.POSITIVE_INFINITY || types.some(({ gpus }) => gpus >= each),
    );
    return [{ pods, pools: taking.map(({ pool }) => pool), gpus: each * count }];
  });
}

/** A pod's GPUs: those of its containers together, or of the largest init container if that is more. */
function gpusOfPod(pods: Pods): number {
  const asked = (list: ContainerList) =>
    containersOf(pods, [list]).map(({ fields }) => finite(gpusAsked(fields)));
  return Math.max(sum(asked("containers")), ...asked("initContainers"));
}

/** The maximum number of these pods at the same time. */
function podsAtMost({ workload, prefix }: Pods, own: readonly StackResource[]): number {
  const spec = at(workload.props, "spec");
  const replicas = Math.max(...(own.length > 0 ? own.map(ceilingOf) : [atMost(at(spec, "replicas"), 1)]));
  switch (kindOf(workload)) {
    case "Pod":
      return 1;
    case "PodTemplate":
      return 0;
    case "Job":
      return atMost(at(spec, "parallelism"), 1);
    case "CronJob":
      return atMost(at(spec, "jobTemplate", "spec", "parallelism"), 1);
    // As many as there are nodes.
    case "DaemonSet":
      return Number.POSITIVE_INFINITY;
    case "Deployment":
      return replicas + surge(at(spec, "strategy"), replicas);
    case "LeaderWorkerSet": {
      const rolling = at(spec, "rolloutStrategy", "rollingUpdateConfiguration", "maxSurge") ?? 0;
      return (replicas + share(rolling, replicas)) * podsOfGroup(at(spec, "leaderWorkerTemplate"), prefix);
    }
    default:
      return replicas;
  }
}

function ceilingOf({ type, props }: StackResource): number {
  return type.includes("keda")
    ? atMost(at(props, "spec", "maxReplicaCount"), defaultCeiling)
    : atMost(at(props, "spec", "maxReplicas"), Number.POSITIVE_INFINITY);
}

function surge(strategy: Value, replicas: number): number {
  switch (at(strategy, "type") ?? "RollingUpdate") {
    case "Recreate":
      return 0;
    case "RollingUpdate":
      return share(at(strategy, "rollingUpdate", "maxSurge") ?? defaultSurge, replicas);
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/** A number of replicas, or a percentage of them, which Kubernetes rounds up. */
function share(value: Value, replicas: number): number {
  const percent = typeof value === "string" ? /^(\d{1,4})%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? atMost(value, 0) : Math.ceil((Number(percent) * replicas) / 100);
}

/** Of a group one pod is the leader, where it has a template of its own. [LeaderWorkerSet API] */
function podsOfGroup(template: Value, prefix: string): number {
  const size = atMost(at(template, "size"), 1);
  if (prefix.startsWith("leader")) return 1;
  return at(template, "leaderTemplate") === undefined ? size : size - 1;
}

function atMost(value: Value, unset: number): number {
  return value === undefined ? unset : finite(gpuCount(value));
}

function finite(count: ReturnType<typeof gpuCount>): number {
  return count === unknown ? Number.POSITIVE_INFINITY : count;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
