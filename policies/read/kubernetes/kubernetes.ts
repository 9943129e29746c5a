import type { StackResource } from "../../framework/rule.ts";
import { at, elements, isFields, type Unknown, unknown, type Value } from "../../framework/value.ts";
import { podSpecs, workloads } from "./containers.ts";

export const services: readonly string[] = ["kubernetes:core/v1:Service"];
export const targetGroupBindings: readonly string[] = ["kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding"];
export const scalers: readonly string[] = [
  "kubernetes:keda.sh/v1alpha1:ScaledObject",
  "kubernetes:autoscaling/v1:HorizontalPodAutoscaler",
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
];
/** Workloads that keep a number of equal replicas. */
export const replicated: readonly string[] = workloads.filter((type) =>
  /:(?:Deployment|StatefulSet|ReplicaSet|ReplicationController|LeaderWorkerSet)$/.test(type),
);
/** Resource types that a rule needs to follow a target group to its pods. */
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

/** The pods that a workload makes, one entry for each pod template. */
export function pods(workload: StackResource): readonly Pods[] {
  return podSpecs(workload).map(({ prefix, spec, metadata }) => ({
    workload,
    prefix,
    namespace: namespaceOf(workload),
    // Standalone pods carry their own labels; `metadata` is theirs.
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

/** A workload's kind, such as `Deployment`. */
export function kindOf({ type }: StackResource): string {
  return type.split(":").at(-1) ?? "";
}

/** Replicas that a scaler keeps at least: KEDA's default is none, Kubernetes' own is one. */
export function scalerMinReplicas(scaler: StackResource): Value {
  const spec = at(scaler.props, "spec");
  if (!scaler.type.includes("keda")) return at(spec, "minReplicas") ?? 1;
  // A paused scaler holds the number of its annotation, regardless of the spec. [KEDA, pausing autoscaling]
  if (at(scaler.props, "metadata", "annotations", "autoscaling.keda.sh/paused-replicas") !== undefined)
    return unknown;
  const idle = at(spec, "idleReplicaCount");
  const minimum = at(spec, "minReplicaCount") ?? 0;
  if (idle === undefined) return minimum;
  return typeof idle === "number" && typeof minimum === "number" ? Math.min(idle, minimum) : unknown;
}
