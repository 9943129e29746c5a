import { type GpuInstance, gpuInstances, gpuKinds } from "../../data/gpus.ts";
import type { StackResource } from "../../framework/rule.ts";
import { at, elements, isFields, isList, unknown, type Value } from "../../framework/value.ts";
import { nodePool } from "./cluster.ts";
import { gpuFamily, mayHaveGpus } from "./node-pool.ts";

const capacityTypes = ["spot", "on-demand", "reserved"] as const;
export type CapacityType = (typeof capacityTypes)[number];

/** A pool of GPU nodes on which a pod may land. */
export interface Landing {
  readonly pool: StackResource;
  /** Types of the table that the pod may get there. */
  readonly types: readonly GpuInstance[];
  /** Whether the pod may get types there that the table doesn't know. */
  readonly open: boolean;
  readonly capacity: readonly CapacityType[];
}

/** One requirement on a node's label. */
interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** All of these have to hold; what can't be read narrows nothing. */
interface Demands {
  readonly requirements: readonly Requirement[];
  readonly readable: boolean;
}

const instanceType = "node.kubernetes.io/instance-type";
const family = "karpenter.k8s.aws/instance-family";
const gpuName = "karpenter.k8s.aws/instance-gpu-name";
const capacityType = "karpenter.sh/capacity-type";

/** Labels that Kubernetes, Karpenter and AWS put on nodes, regardless of the pool. */
const wellKnown = /^(?:[a-z-]+\.)*(?:kubernetes\.io|k8s\.io|karpenter\.sh|k8s\.aws)\//;

/** The pools of a stack that may make nodes with a GPU. */
export function gpuPools(resources: readonly StackResource[]): readonly StackResource[] {
  return resources.filter(({ type, props }) => type === nodePool && mayHaveGpus(props));
}

/**
 * Where a pod may land by its node selector and its required node affinity; taints are another matter. What can't
 * be read rules nothing out, so it makes the answer larger.
 */
export function landings(spec: Value, pools: readonly StackResource[]): readonly Landing[] {
  const alternatives = demandsOf(spec);
  return pools.flatMap((pool) => {
    const found = alternatives.flatMap((demands) => landing(pool, demands) ?? []);
    const types = gpuInstances.filter((type) => found.some((one) => one.types.includes(type)));
    const open = found.some((one) => one.open);
    const capacity = capacityTypes.filter((type) => found.some((one) => one.capacity.includes(type)));
    return types.length > 0 || open ? [{ pool, types, open, capacity }] : [];
  });
}

function landing(pool: StackResource, asked: Demands): Omit<Landing, "pool"> | undefined {
  const template = at(pool.props, "spec", "template");
  const offered = readRequirements(at(template, "spec", "requirements"));
  const labels = at(template, "metadata", "labels");
  const name = at(pool.props, "metadata", "name") ?? unknown;
  if (!asked.requirements.every((one) => mayHold(one, offered, labels, name))) return undefined;

  const all = [...offered.requirements, ...asked.requirements];
  return {
    types: gpuInstances.filter((type) => all.every((one) => one.key === capacityType || suits(one, type))),
    open: !asked.readable || !all.some(names),
    capacity: capacityTypes.filter((type) =>
      all.every((one) => one.key !== capacityType || admits(one, type)),
    ),
  };
}

/** Whether a node of a pool may have the required label. */
function mayHold(asked: Requirement, { requirements, readable }: Demands, labels: Value, name: Value) {
  if (asked.key === "karpenter.sh/nodepool") return typeof name !== "string" || admits(asked, name);
  const label = at(labels, asked.key);
  if (typeof label === "string") return admits(asked, label);
  if (label !== undefined) return true;
  const listed = requirements.filter(({ key, operator }) => key === asked.key && operator === "In");
  if (listed.length > 0) return listed.every(({ values }) => values.some((value) => admits(asked, value)));
  const mayExist =
    !readable || requirements.some(({ key }) => key === asked.key) || wellKnown.test(asked.key);
  return mayExist || admits(asked, undefined);
}

/** Whether a type's labels meet a requirement; unrelated labels exclude nothing. */
function suits(demand: Requirement, type: GpuInstance): boolean {
  const labels = labelsOf.get(type) ?? {};
  return !Object.hasOwn(labels, demand.key) || admits(demand, labels[demand.key]);
}

/** The labels that Karpenter gives to nodes of each type. [Karpenter, scheduling: well-known labels] */
const labelsOf: ReadonlyMap<GpuInstance, Readonly<Record<string, string>>> = new Map(
  gpuInstances.map((type) => {
    const [typeFamily = "", size = ""] = type.name.split(".");
    const [, category = "", generation = ""] = /^([a-z]+)(\d+)/.exec(typeFamily) ?? [];
    const labels = {
      [instanceType]: type.name,
      [family]: typeFamily,
      [gpuName]: type.kind,
      "karpenter.k8s.aws/instance-category": category,
      "karpenter.k8s.aws/instance-generation": generation,
      "karpenter.k8s.aws/instance-size": size,
      "karpenter.k8s.aws/instance-gpu-count": String(type.gpus),
      "karpenter.k8s.aws/instance-gpu-memory": String(gpuKinds[type.kind].labelMiB),
      "karpenter.k8s.aws/instance-gpu-manufacturer": "nvidia",
      "kubernetes.io/arch": "amd64",
    };
    return [type, labels];
  }),
);

/** Whether a demand lists kinds or types that the table holds, so that no others can come. */
function names({ key, operator, values }: Requirement): boolean {
  if (operator !== "In") return false;
  switch (key) {
    case gpuName:
      return values.every((value) => Object.hasOwn(gpuKinds, value));
    case family:
      return values.every(
        (value) => !gpuFamily.test(value) || gpuInstances.some(({ name }) => name.startsWith(`${value}.`)),
      );
    case instanceType:
      return values.every(
        (value) => !gpuFamily.test(value) || gpuInstances.some(({ name }) => name === value),
      );
    default:
      return false;
  }
}

/** Whether a label's value, or its absence, meets a demand. */
function admits({ operator, values }: Requirement, label: string | undefined): boolean {
  const [bound = ""] = values;
  switch (operator) {
    case "In":
      return label !== undefined && values.includes(label);
    case "NotIn":
      return label === undefined || !values.includes(label);
    case "Exists":
      return label !== undefined;
    case "DoesNotExist":
      return label === undefined;
    case "Gt":
      return label !== undefined && Number(label) > Number(bound);
    case "Gte":
      return label !== undefined && Number(label) >= Number(bound);
    case "Lt":
      return label !== undefined && Number(label) < Number(bound);
    case "Lte":
      return label !== undefined && Number(label) <= Number(bound);
    default:
      return true;
  }
}

/** A pod's requirements on its node: the selector with each term of the affinity, of which one has to hold. */
function demandsOf(spec: Value): readonly Demands[] {
  const selector = at(spec, "nodeSelector");
  const selected = isFields(selector)
    ? readAll(Object.entries(selector).map(([key, value]) => ({ key, operator: "In", values: [value] })))
    : { requirements: [], readable: selector === undefined };
  const required = at(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  if (required === undefined) return [selected];
  const terms = elements(at(required, "nodeSelectorTerms"));
  if (terms === unknown) return [{ ...selected, readable: false }];
  return terms.map((term) => {
    const { requirements, readable } = readRequirements(at(term, "matchExpressions"));
    return {
      requirements: [...selected.requirements, ...requirements],
      readable: selected.readable && readable,
    };
  });
}

function readRequirements(value: Value): Demands {
  const list = elements(value);
  return list === unknown ? { requirements: [], readable: false } : readAll(list);
}

function readAll(list: readonly Value[]): Demands {
  const requirements = list.flatMap((one) => readRequirement(one) ?? []);
  return { requirements, readable: requirements.length === list.length };
}

function readRequirement(value: Value): Requirement | undefined {
  const key = at(value, "key");
  const operator = at(value, "operator");
  const values = at(value, "values") ?? [];
  if (typeof key !== "string" || typeof operator !== "string" || !isList(values)) return undefined;
  const texts = values.filter((one) => typeof one === "string");
  return texts.length === values.length ? { key, operator, values: texts } : undefined;
}
