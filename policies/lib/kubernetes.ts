import { podSpecs, workloads } from "./containers.ts";
import type { StackResource } from "./rule.ts";
import { at, elements, isFields, type Unknown, unknown, type Value } from "./value.ts";

export const services: readonly string[] = ["kubernetes:core/v1:Service"];
export const targetGroupBindings: readonly string[] = ["kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding"];
export const scalers: readonly string[] = [
  "kubernetes:keda.sh/v1alpha1:ScaledObject",
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
];
/** What a rule has to read to go from a target group to the pods behind it. */
export const readsToPods: readonly string[] = [...targetGroupBindings, ...services, ...workloads];

/** The pods of one kind that a workload makes. */
export interface Pods {
  readonly workload: StackResource;
  /** Begins the paths of findings where a workload makes pods of several kinds. */
  readonly prefix: string;
  readonly namespace: Value;
  readonly labels: Value;
  readonly annotations: Value;
  readonly spec: Value;
}

/** The namespace of an object; `default` where none is written. */
export function namespaceOf({ props }: Pick<StackResource, "props">): Value {
  return at(props, "metadata", "namespace") ?? "default";
}

/** The name of an object; unknown where Pulumi makes one up. */
export function nameOf({ props }: Pick<StackResource, "props">): Value {
  return at(props, "metadata", "name") ?? unknown;
}

export function pods(workload: StackResource): readonly Pods[] {
  return podSpecs(workload).map(({ prefix, spec, metadata }) => ({
    workload,
    prefix,
    namespace: namespaceOf(workload),
    // Pods that stand alone carry their own labels; `metadata` is theirs.
    labels: at(metadata, "labels"),
    annotations: at(metadata, "annotations"),
    spec,
  }));
}

/** Whether a map of labels, as a Service's selector, picks what carries `labels`. An empty one picks nothing. */
export function picks(wanted: Value, labels: Value): boolean | Unknown {
  if (wanted === undefined) return false;
  if (!isFields(wanted)) return unknown;
  const entries = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return entries.length > 0 && every(entries.map(([key, value]) => same(at(labels, key), value)));
}

/** Whether a label selector, as a NetworkPolicy's, picks what carries `labels`. An empty one picks everything. */
export function selects(selector: Value, labels: Value): boolean | Unknown {
  if (selector === undefined) return false;
  if (!isFields(selector)) return unknown;
  const matchLabels = at(selector, "matchLabels") ?? {};
  const expressions = elements(at(selector, "matchExpressions"));
  if (!isFields(matchLabels) || expressions === unknown) return unknown;
  return every([
    ...Object.entries(matchLabels).map(([key, value]) => value === undefined || same(at(labels, key), value)),
    ...expressions.map((expression) => holds(expression, labels)),
  ]);
}

function holds(expression: Value, labels: Value): boolean | Unknown {
  const key = at(expression, "key");
  const operator = at(expression, "operator");
  const values = elements(at(expression, "values"));
  if (typeof key !== "string" || values === unknown) return unknown;
  const label = at(labels, key);
  if (label === unknown) return unknown;
  const among = any(values.map((value) => same(label, value)));
  switch (operator) {
    case "Exists":
      return label !== undefined;
    case "DoesNotExist":
      return label === undefined;
    case "In":
      return among;
    case "NotIn":
      return among === unknown ? unknown : !among;
    default:
      return unknown;
  }
}

/** Whether two values are the same; unknown where either can't be read. */
export function same(one: Value, other: Value): boolean | Unknown {
  if (one === unknown || other === unknown) return unknown;
  return one === other;
}

function every(all: readonly (boolean | Unknown)[]): boolean | Unknown {
  if (all.includes(false)) return false;
  return all.includes(unknown) ? unknown : true;
}

function any(all: readonly (boolean | Unknown)[]): boolean | Unknown {
  if (all.includes(true)) return true;
  return all.includes(unknown) ? unknown : false;
}

/** The objects of a stack, found by what hangs on what; each lookup costs what it finds, not what the stack holds. */
export class Objects {
  private readonly bindings = new Map<StackResource, StackResource[]>();
  private readonly services = new Map<string | object, StackResource[]>();
  private readonly scalers = new Map<string | object, StackResource[]>();
  /** By namespace and each of their labels. */
  private readonly pods = new Map<string | object, Pods[]>();
  readonly allPods: readonly Pods[];

  /** @param resources of the types in `readsToPods`, `scalers` and `targetGroups`, as far as the rule asks for them */
  constructor(resources: readonly StackResource[]) {
    this.allPods = resources.flatMap(pods);
    for (const resource of resources) {
      if (targetGroupBindings.includes(resource.type))
        for (const behind of resource.behind("spec")) add(this.bindings, behind, resource);
      if (services.includes(resource.type)) add(this.services, objectKey(resource), resource);
      if (scalers.includes(resource.type)) {
        const name = at(resource.props, "spec", "scaleTargetRef", "name");
        add(this.scalers, key(namespaceOf(resource), name), resource);
      }
    }
    for (const one of this.allPods) {
      if (!isFields(one.labels)) continue;
      for (const [label, value] of Object.entries(one.labels))
        add(this.pods, key(one.namespace, label, value), one);
    }
  }

  /** The bindings of pods to a target group, joined by dependency, so that unknown ARNs don't matter. */
  bindingsOf(targetGroup: StackResource): readonly StackResource[] {
    return this.bindings.get(targetGroup) ?? [];
  }

  /** The Services that a binding names; more than one only where names can't be told apart. */
  servicesOf(binding: StackResource): readonly StackResource[] {
    const name = at(binding.props, "spec", "serviceRef", "name");
    return this.services.get(key(namespaceOf(binding), name)) ?? [];
  }

  /** The pods that a Service sends to; none for a selector that can't be read. */
  podsOf(service: StackResource): readonly Pods[] {
    const selector = at(service.props, "spec", "selector");
    if (!isFields(selector)) return [];
    const [[label, value] = []] = Object.entries(selector);
    if (label === undefined) return [];
    const candidates = this.pods.get(key(namespaceOf(service), label, value)) ?? [];
    return candidates.filter(({ labels }) => picks(selector, labels) === true);
  }

  /** The pods behind a target group, by way of bindings and Services, each once. */
  podsBehind(targetGroup: StackResource): readonly Pods[] {
    const found = this.bindingsOf(targetGroup)
      .flatMap((binding) => this.servicesOf(binding))
      .flatMap((service) => this.podsOf(service));
    return [...new Set(found)];
  }

  /** The autoscalers of a workload. */
  scalersOf(workload: StackResource): readonly StackResource[] {
    const kind = workload.type.split(":").at(-1);
    const named = this.scalers.get(objectKey(workload)) ?? [];
    // KEDA takes a Deployment where no kind is written.
    return named.filter(
      ({ props }) => (at(props, "spec", "scaleTargetRef", "kind") ?? "Deployment") === kind,
    );
  }

  /** Replicas that a workload keeps at least; unknown where that can't be told. Unset is one. */
  floor(workload: StackResource): number | Unknown {
    const [scaler, ...more] = this.scalersOf(workload);
    if (more.length > 0) return unknown;
    const value = scaler === undefined ? (at(workload.props, "spec", "replicas") ?? 1) : scalerFloor(scaler);
    return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : unknown;
  }
}

function objectKey(resource: StackResource): string | object {
  return key(namespaceOf(resource), nameOf(resource));
}

/** Names that can't be read meet nothing, not even each other: such a key is a new object every time. */
function key(...parts: readonly Value[]): string | object {
  return parts.every((part) => typeof part === "string") ? parts.join("/") : {};
}

function add<Key, One>(map: Map<Key, One[]>, at: Key, one: One) {
  const list = map.get(at);
  if (list === undefined) map.set(at, [one]);
  else list.push(one);
}

/** Replicas that a scaler keeps at least: KEDA's default is none, Kubernetes' own is one. */
export function scalerFloor(scaler: StackResource): Value {
  const spec = at(scaler.props, "spec");
  if (!scaler.type.includes("keda")) return at(spec, "minReplicas") ?? 1;
  const idle = at(spec, "idleReplicaCount");
  const floor = at(spec, "minReplicaCount") ?? 0;
  if (idle === undefined) return floor;
  return typeof idle === "number" && typeof floor === "number" ? Math.min(idle, floor) : unknown;
}
