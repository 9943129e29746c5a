import { own } from "../../components/shared/own.ts";
import { pathsWithin } from "./changed-paths.ts";
import { nodesOf } from "./nodes.ts";
import type { ComponentPlace } from "./place.ts";
import type { PlanStep } from "./steps.ts";

/** A class of changes by how far they reach. */
export type ReachClass =
  | "served"
  | "data"
  | "ended"
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

/** Types that hold data, or everything else; the most severe loss comes first. */
const data: Readonly<Record<string, string>> = {
  "aws:eks/cluster:Cluster": "cluster",
  "aws:ec2/vpc:Vpc": "VPC",
  "aws:elasticache/replicationGroup:ReplicationGroup": "cache",
  "aws:s3/bucket:Bucket": "bucket",
  "kubernetes:core/v1:PersistentVolumeClaim": "volume",
  "kubernetes:apps/v1:StatefulSet": "stateful set",
  "kubernetes:core/v1:Namespace": "namespace",
  "aws:ec2/subnet:Subnet": "subnet",
  "aws:secretsmanager/secret:Secret": "secret",
  "aws:secretsmanager/secretVersion:SecretVersion": "secret value",
  "random:index/randomPassword:RandomPassword": "password",
  "aws:kms/key:Key": "key",
  "aws:cloudwatch/logGroup:LogGroup": "log group",
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
/** Documents that the gateway reloads without a restart; a change of others replaces its pods as well. */
const documents = ["kubernetes:core/v1:ConfigMap", "kubernetes:external-secrets.io/v1:ExternalSecret"];

/** Monitoring and notifications only. */
const watchers = ["gantry:monitoring:Monitoring", "gantry:monitoring:CloudAlarms", "gantry:budget:Budget"];

const nodeReaches = { ended: "ended", replaced: "nodes", scaled: "scaling" } as const;

const verbs = { create: "creates", update: "updates", replace: "replaces", delete: "deletes" } as const;

/** How far one step reaches. */
export interface Impact {
  readonly reach: ReachClass;
  /** Its name in the line. */
  readonly what: string;
  /** Its order within its class: the least is named first. @default 0 */
  readonly rank?: number;
}

/**
 * How far one step reaches; undefined for components, which no provider manages.
 * @param known standbys that go with the change, and whether it sets limits
 */
export function reachesOf(
  step: PlanStep,
  place: ComponentPlace,
  known: { readonly lost: readonly string[]; readonly hasLimits: boolean },
): Impact | undefined {
  const { kind, paths } = step;
  const resource = step.young ?? step.old;
  if (resource?.custom !== true) return undefined;
  const { type, name } = resource;
  const [, slotName] = [...place.around].find(([around]) => around === "gantry:serving:Slot") ?? [];
  const slot = slotName === undefined ? undefined : spaced(slotName);
  const isGone = kind === "delete" || kind === "replace";
  const named = (noun: string): string => `${verbs[kind]} ${noun} ${name}`;

  // All of a standby that goes is one loss.
  if (kind === "delete" && slot !== undefined && known.lost.includes(slot))
    return { reach: "standby", what: slot };
  const [kept, balancer] = [own(data, type), own(balancers, type)];
  if (isGone && kept !== undefined)
    return { reach: "data", what: named(kept), rank: Object.keys(data).indexOf(type) };
  const host = isGone ? edgeHost(step, place) : undefined;
  if (host !== undefined) return { reach: "served", what: host };
  const nodes = nodesOf(step, place);
  if (nodes !== undefined) return { reach: nodeReaches[nodes.fate], what: nodes.name };
  if (isGone && balancer !== undefined) return { reach: "balancers", what: named(balancer) };
  if (watchers.some((watcher) => place.around.has(watcher)))
    return { reach: "monitoring", what: place.component };
  if (
    type === "kubernetes:apps/v1:Deployment" &&
    (isGone || pathsWithin(paths, ["spec.template"]).length > 0)
  )
    return { reach: "pods", what: slot ?? name };
  if (scalers.includes(type) && kind === "update") return { reach: "scaling", what: slot ?? name };
  if (type === "aws:lb/listenerRule:ListenerRule" && (kind !== "create" || isCanary(name)))
    return { reach: "rules", what: place.component };
  if (kind === "update" && isSetting(type, place.component))
    return known.hasLimits ? undefined : { reach: "limits", what: place.component };
  if (kind === "create") {
    // The key of a new tenant or provider.
    const isKey = known.hasLimits && place.component === "secrets";
    return isKey ? undefined : { reach: "additions", what: place.component };
  }
  return { reach: "other", what: named(type.split(":").at(-1) ?? "") };
}

/** The callers' address, of a record that leads to the edge. */
function edgeHost({ old }: PlanStep, { around }: ComponentPlace): string | undefined {
  const isRecord = old?.type === "aws:route53/record:Record" && around.has("gantry:edge:Edge");
  // A certificate's record shows whose domain it is.
  if (!isRecord || around.has("gantry:edge:Certificate")) return undefined;
  return String(old.inputs.name);
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
