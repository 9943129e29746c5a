import type { SlotReport } from "../plan/report/slots.ts";
import { within } from "./changed-paths.ts";
import { nodesOf } from "./nodes.ts";
import type { Place } from "./place.ts";
import { isLimit, type SettingChange } from "./settings.ts";
import type { Step } from "./steps.ts";

/** How far a change reaches, the most severe first. */
const titles = {
  data: "deletes or replaces data",
  nodes: "replaces nodes",
  balancers: "deletes or replaces load balancers or target groups",
  standby: "takes the standby away",
  pods: "restarts pods",
  other: "changes cluster, network, access or controllers",
  rules: "listener rules",
  additions: "additions",
  limits: "tenants and limits",
  monitoring: "monitoring",
  nothing: "nothing that is deployed changes",
} as const;
export type Reach = keyof typeof titles;

export interface BlastRadius {
  readonly reach: Reach;
  /** One line: what the most severe part is about. */
  readonly line: string;
}

export interface Change {
  readonly steps: readonly Step[];
  readonly places: ReadonlyMap<Step, Place>;
  readonly slots: { readonly before: readonly SlotReport[]; readonly after: readonly SlotReport[] };
  readonly settings: readonly SettingChange[];
}

/** Names in a line; more are counted. */
const shownNames = 4;

export function blastRadius(change: Change): BlastRadius {
  const reached = new Map<Reach, Set<string>>();
  const note = (reach: Reach, what: string) =>
    reached.set(reach, (reached.get(reach) ?? new Set()).add(what));
  for (const slot of lostStandbys(change)) note("standby", slot);
  for (const step of change.steps) {
    const found = reachOf(step, change);
    if (found !== undefined) note(...found);
  }
  for (const { path } of change.settings.filter(isLimit)) note("limits", path.split(".")[0] ?? "");

  const [reach = "nothing", ...more] = (Object.keys(titles) as Reach[]).filter((one) => reached.has(one));
  const names = [...(reached.get(reach) ?? [])];
  const shown = names.slice(0, shownNames).join(", ");
  const rest = names.length > shownNames ? ` and ${names.length - shownNames} more` : "";
  const only = mild.includes(reach) && more.length === 0 ? "only " : "";
  return {
    reach,
    line: `${only}${titles[reach]}${shown === "" ? "" : `: ${shown}${rest}`}${unread(change)}`,
  };
}

/** Classes of which it is worth to know that there is nothing else. */
const mild: readonly Reach[] = ["rules", "additions", "limits", "monitoring"];

function unread({ steps }: Change): string {
  const open = steps.filter(({ unknown }) => unknown.length > 0);
  if (open.length === 0) return "";
  return `; not known whether replaced: ${open.map((step) => `${typeName(step)} ${nameOf(step)}`).join(", ")}`;
}

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

function reachOf(step: Step, change: Change): [Reach, string] | undefined {
  const resource = step.young ?? step.old;
  const place = change.places.get(step);
  if (resource === undefined || place === undefined || !resource.custom) return undefined;
  const { type } = resource;
  const slot = place.around.get("gantry:serving:Slot");
  const gone = step.kind === "delete" || step.kind === "replace";
  const named = (noun: string): string => `${verbs[step.kind]} ${noun} ${nameOf(step)}`;
  // All of a standby that goes is one loss.
  if (step.kind === "delete" && slot !== undefined && lostStandbys(change).includes(spaced(slot)))
    return ["standby", spaced(slot)];
  if (gone && data[type] !== undefined) return ["data", named(data[type])];
  const nodes = nodesOf(step, place);
  if (nodes !== undefined) return ["nodes", nodes];
  if (gone && balancers[type] !== undefined) return ["balancers", named(balancers[type])];
  if (["monitoring", "budget"].includes(place.component)) return ["monitoring", place.component];
  if (type === "kubernetes:apps/v1:Deployment" && restarts(step))
    return ["pods", slot === undefined ? nameOf(step) : spaced(slot)];
  if (type === "aws:lb/listenerRule:ListenerRule" && step.kind !== "create")
    return ["rules", place.component];
  if (type === "aws:lb/listenerRule:ListenerRule" && isTraffic(step)) return ["rules", place.component];
  if (step.kind === "create") return ["additions", place.component];
  return ["other", named(typeName(step))];
}

const verbs = { create: "creates", update: "updates", replace: "replaces", delete: "deletes" } as const;

/** A rule that comes to a model which is there, as a canary's does; a new slot has a rule of its own host. */
function isTraffic({ young }: Step): boolean {
  return young?.name.endsWith("-canary") === true;
}

function restarts({ kind, paths }: Step): boolean {
  return kind === "replace" || kind === "delete" || within(paths, ["spec.template"]).length > 0;
}

/** Slots without callers that are gone, or hold no replica any more: what a rollback would lead to. */
export function lostStandbys({ slots: { before, after } }: Pick<Change, "slots">): string[] {
  return before
    .filter(({ model, colour, trafficPercent, replicas }) => {
      const now = after.find((slot) => slot.model === model && slot.colour === colour);
      const stays = after.some((slot) => slot.model === model);
      if (trafficPercent > 0 || !stays) return false;
      return now === undefined || (replicas.min > 0 && now.replicas.min === 0 && !now.live);
    })
    .map(({ model, colour }) => `${model} ${colour}`);
}

function spaced(slot: string): string {
  return slot.replace(/-(blue|green)$/, " $1");
}

export function typeName({ young, old }: Pick<Step, "young" | "old">): string {
  return (young ?? old)?.type.split(":").at(-1) ?? "";
}

export function nameOf({ young, old }: Pick<Step, "young" | "old">): string {
  return (young ?? old)?.name ?? "";
}
