import type { Resource } from "../../framework/rule.ts";
import { at, elements, isFields, unknown, type Value } from "../../framework/value.ts";
import { type Purpose, purposeOf } from "../aws/purpose.ts";

/** Where each kind of workload keeps its pods. */
const podSpecPaths: Readonly<Record<string, readonly string[]>> = {
  "kubernetes:core/v1:Pod": ["spec"],
  "kubernetes:core/v1:PodTemplate": ["template.spec"],
  "kubernetes:core/v1:ReplicationController": ["spec.template.spec"],
  "kubernetes:apps/v1:Deployment": ["spec.template.spec"],
  "kubernetes:apps/v1:StatefulSet": ["spec.template.spec"],
  "kubernetes:apps/v1:DaemonSet": ["spec.template.spec"],
  "kubernetes:apps/v1:ReplicaSet": ["spec.template.spec"],
  "kubernetes:batch/v1:Job": ["spec.template.spec"],
  "kubernetes:batch/v1:CronJob": ["spec.jobTemplate.spec.template.spec"],
  "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet": [
    "spec.leaderWorkerTemplate.leaderTemplate.spec",
    "spec.leaderWorkerTemplate.workerTemplate.spec",
  ],
};

/** Type tokens of everything that runs pods. */
export const workloads: readonly string[] = Object.keys(podSpecPaths);

const containerLists = {
  containers: "container",
  initContainers: "init container",
  ephemeralContainers: "ephemeral container",
} as const;

export type ContainerList = keyof typeof containerLists;
const allLists = Object.keys(containerLists) as ContainerList[];

/** The pods that a workload makes. */
export interface PodSpec {
  /** Begins the paths of findings where a workload makes pods of several kinds. */
  readonly prefix: string;
  readonly spec: Value;
  /** Labels and annotations that each of the pods carries. */
  readonly metadata: Value;
  readonly labels?: Value;
}

/** A container, init containers included, with its place in the pod. */
export interface Container {
  /** Such as `containers.engine`; by position where names can't tell containers apart. */
  readonly path: string;
  /** Such as `container engine`. */
  readonly where: string;
  /** Its fields; unknown for a container or a whole list that can't be read. */
  readonly fields: Value;
  /** The purpose that its pods declare. */
  readonly purpose?: Purpose | undefined;
}

/** The pods of a workload; none for other resources. */
export function podSpecs({ type, props }: Omit<Resource, "options">): readonly PodSpec[] {
  const paths = podSpecPaths[type] ?? [];
  return paths.map((path) => {
    const steps = path.split(".");
    const template = steps.slice(0, -1);
    return {
      prefix: paths.length === 1 ? "" : `${template.at(-1)}.`,
      spec: at(props, ...steps),
      metadata: at(props, ...template, "metadata"),
      labels: at(props, ...template, "metadata", "labels"),
    };
  });
}

/** Every container of a workload, of whatever kind. */
export function containers(resource: Omit<Resource, "options">): readonly Container[] {
  return podSpecs(resource).flatMap((pod) => containersOf(pod));
}

/** The containers of one kind of pod, of all its lists or of some. */
export function containersOf(
  { prefix, spec, labels }: Pick<PodSpec, "prefix" | "spec" | "labels">,
  lists: readonly ContainerList[] = allLists,
): readonly Container[] {
  if (spec === unknown) return [{ path: `${prefix}containers`, where: "pod", fields: unknown }];
  const purpose = purposeOf(labels);
  return lists.flatMap((list) =>
    listed(`${prefix}${list}`, containerLists[list], at(spec, list)).map((container) => ({
      ...container,
      purpose,
    })),
  );
}

function listed(path: string, kind: string, value: Value): Container[] {
  const list = elements(value);
  if (list === unknown) return [{ path, where: `${kind}s`, fields: unknown }];
  const names = list.map((container) => at(container, "name"));
  return list.map((container, index) => {
    const name = names[index];
    const tells = isLabel(name) && names.indexOf(name) === names.lastIndexOf(name);
    const key = tells ? name : String(index);
    return {
      path: `${path}.${key}`,
      where: `${kind} ${key}`,
      fields: isFields(container) ? container : unknown,
    };
  });
}

/** What Kubernetes takes as a container's name; digits alone could be a position. */
function isLabel(name: Value): name is string {
  return typeof name === "string" && /^[a-z0-9][-a-z0-9]{0,62}$/.test(name) && !/^\d+$/.test(name);
}
