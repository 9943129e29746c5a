import { own } from "../../components/shared/own.ts";
import { pathsWithin } from "./changed-paths.ts";
import { nodesOf } from "./nodes.ts";
import type { ComponentPlace } from "./place.ts";
import type { PlanStep } from "./steps.ts";

/** A class of changes by how far they reach. */
export type ReachClass =
  | "served"
  | "data"
  | "nodes"
  | "balancers"
  | "standby"
  | "pods"
  | "other"
  | "scaling"
  | "rules"
  | "additions"
  | "limits"
  | "monitoring";

/** What holds data, or everything else, by type. */
const data: Readonly<Record<string, string>> = {
  "aws:cloudwatch/logGroup:LogGroup": "log group",
  "aws:ec2/subnet:Subnet": "subnet",
  "aws:ec2/vpc:Vpc": "VPC",
  "aws:eks/cluster:Cluster": "cluster",
  "aws:elasticache/replicationGroup:ReplicationGroup": "cache",
  "aws:kms/key:Key": "key",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:secretsmanager/secret:Secret": "secret",
  "aws:secretsmanager/secretVersion:SecretVersion": "secret value",
  "kubernetes:apps/v1:StatefulSet": "stateful set",
  "kubernetes:core/v1:Namespace": "namespace",
  "kubernetes:core/v1:PersistentVolumeClaim": "volume",
  "random:index/randomPassword:RandomPassword": "password",
};

const balancers: Readonly<Record<string, string>> = {
  "aws:lb/listener:Listener": "listener",
  "aws:lb/loadBalancer:LoadBalancer": "load balancer",
  "aws:lb/targetGroup:TargetGroup": "target group",
};

const scalers = [
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  "kubernetes:keda.sh/v1alpha1:ScaledObject",
];
/** What the gateway reads again without a restart; one that it doesn't changes its pods as well. */
const documents = ["kubernetes:core/v1:ConfigMap", "kubernetes:external-secrets.io/v1:ExternalSecret"];

const verbs = { create: "creates", update: "updates", replace: "replaces", delete: "deletes" } as const;

/**
 * How far one step reaches, and what the line calls it; nothing for components, which are no resources of a provider.
 * @param known standbys that go with the change, and whether it sets limits
 */
export function reachesOf(
  step: PlanStep,
  place: ComponentPlace,
  known: { readonly lost: readonly string[]; readonly hasLimits: boolean },
): [ReachClass, string] | undefined {
  const { kind, paths } = step;
  const resource = step.young ?? step.old;
  if (resource?.custom !== true) return undefined;
  const { type, name } = resource;
  const [, slotName] = [...place.around].find(([around]) => around === "gantry:serving:Slot") ?? [];
  const slot = slotName === undefined ? undefined : spaced(slotName);
  const isGone = kind === "delete" || kind === "replace";
  const named = (noun: string): string => `${verbs[kind]} ${noun} ${name}`;

  // All of a standby that goes is one loss.
  if (kind === "delete" && slot !== undefined && known.lost.includes(slot)) return ["standby", slot];
  const [kept, balancer] = [own(data, type), own(balancers, type)];
  if (isGone && kept !== undefined) return ["data", named(kept)];
  const nodes = nodesOf(step, place);
  if (nodes !== undefined) return [nodes.isReplaced ? "nodes" : "scaling", nodes.name];
  if (isGone && balancer !== undefined) return ["balancers", named(balancer)];
  if (["monitoring", "budget"].includes(place.component)) return ["monitoring", place.component];
  if (
    type === "kubernetes:apps/v1:Deployment" &&
    (isGone || pathsWithin(paths, ["spec.template"]).length > 0)
  )
    return ["pods", slot ?? name];
  if (scalers.includes(type) && kind === "update") return ["scaling", slot ?? name];
  if (type === "aws:lb/listenerRule:ListenerRule" && (kind !== "create" || isCanary(name)))
    return ["rules", place.component];
  if (kind === "update" && isSetting(type, place.component))
    return known.hasLimits ? undefined : ["limits", place.component];
  if (kind === "create") {
    // The key of a new tenant or provider.
    const isKey = known.hasLimits && place.component === "secrets";
    return isKey ? undefined : ["additions", place.component];
  }
  return ["other", named(type.split(":").at(-1) ?? "")];
}

/** A rule that comes to a model which is there; a new slot has a rule of its own host. */
function isCanary(name: string): boolean {
  return name.endsWith("-canary");
}

function isSetting(type: string, component: string): boolean {
  if (component === "gateway") return documents.includes(type);
  return type === "aws:wafv2/webAcl:WebAcl";
}

/** A slot as the report writes it: `chat blue`. */
export function spaced(slot: string): string {
  return slot.replace(/-(blue|green)$/, " $1");
}
