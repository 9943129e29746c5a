import type { Plan } from "../../scripts/plan/plan.ts";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import { isObject, isSecret, type Wire } from "../../scripts/plan/wire.ts";

/** A string of a resource that names others. */
interface Mention {
  readonly resource: PlannedResource;
  readonly path: string;
  readonly name: string;
}

/** Strings that need no dependency on what they name. */
export const reasons: readonly (readonly [place: RegExp, reason: string])[] = [
  [/\.(description|alarmDescription)$/, "words for people"],
  [/(\.tags\.|^aws\.defaultTags|extraVolumeTags|tagSpecifications)/, "a tag is not a reference"],
  [
    /^(RolePolicy|Key|BucketPolicy|TopicPolicy|QueuePolicy)\.policy$/,
    "a permission is read when it is used, and what uses it waits for both",
  ],
  [/^Budget\.|^Addon\.configurationValues$/, "tags to count by and to write"],
  [
    /^PodIdentityAssociation\.(namespace|serviceAccount)$/,
    "EKS takes names of what isn't there yet, and pods get credentials only if it came first",
  ],
  [/^(NetworkPolicy|PodMonitor)\.spec\..*(Selector|selector)/, "a selector matches whatever there is"],
  [/^PrometheusRule\./, "a query reads whatever there is"],
  [/^ClusterSecretStore\.spec\.conditions/, "says who may read, whenever they come"],
  [/^(ListenerRule\.conditions|Record\.name$)/, "a host is text, and the record is in its zone by id"],
  [/^WebAcl\..*metricName$/, "the environment's name again, as a metric is called"],
  [/^LaunchTemplate\..*volumeType$/, "EC2's kind of volume, after which the class is called"],
  [/^ScaledObject\..*serverAddress$/, "KEDA asks again, and keeps the replicas until it is answered"],
  [/^(Release|ConfigFile)\.(chart|repositoryOpts|file)/, "where to get a chart, which is outside"],
  [/^ConfigMap\.data/, "a script's or a dashboard's own words"],
];

/** Kinds that nothing else refers to by name. */
const unnamed =
  /:(PodMonitor|PrometheusRule|PodDisruptionBudget|NetworkPolicy|ScaledObject|TargetGroupBinding|ExternalSecret)$/;

/** Where a resource says what it is called, by type; Kubernetes' objects are called by their metadata. */
const nameOf: Readonly<Record<string, string>> = {
  "aws:cloudwatch/logGroup:LogGroup": "name",
  "aws:iam/instanceProfile:InstanceProfile": "name",
  "aws:iam/role:Role": "name",
  "aws:kms/alias:Alias": "name",
  "aws:route53/zone:Zone": "name",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:secretsmanager/secret:Secret": "name",
  "aws:sns/topic:Topic": "name",
  "aws:sqs/queue:Queue": "name",
  "eks:index:Cluster": "name",
  "kubernetes:helm.sh/v3:Release": "name",
};

/** What a name looks like in a longer string: an ARN, a path, a host. */
const within = (name: string) =>
  new RegExp(`(?<![\\w-])${name.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")}(?![\\w-])`);

/**
 * Every string in the plan in which another resource's name stands, whole or between other characters, though the one
 * waits for no resource of that name: it may be made before, and stay after, what it names.
 */
function loose(plan: Pick<Plan, "resources">): Mention[] {
  const named = new Map<string, { pattern: RegExp; resources: PlannedResource[] }>();
  for (const resource of plan.resources) {
    const name = ownName(resource);
    if (name === undefined) continue;
    const known = named.get(name) ?? { pattern: within(name), resources: [] };
    known.resources.push(resource);
    named.set(name, known);
  }
  const waits = reaches(plan);
  return plan.resources.flatMap((resource) =>
    [...strings(resource.inputs, "")].flatMap(({ path, text }) => {
      if (path === "metadata.name" || path === nameOf[resource.type]) return [];
      return [...named].flatMap(([name, { pattern, resources }]) => {
        if (resources.includes(resource) || !pattern.test(text)) return [];
        if (resources.some((other) => waits(resource, other))) return [];
        return [{ resource, path, name }];
      });
    }),
  );
}

/** As `ExternalSecret.spec.data.0.remoteRef.key names gantry/dev/engine-api-key`, unless a reason covers it. */
export function edgeProblems(
  plan: Pick<Plan, "resources">,
  onReason: (reason: (typeof reasons)[number]) => void = () => undefined,
): string[] {
  return loose(plan).flatMap(({ resource, path, name }) => {
    const place = `${resource.type.split(":").at(-1)}.${path}`;
    const reason = reasons.find(([where]) => where.test(place));
    if (reason !== undefined) onReason(reason);
    return reason === undefined ? [`${resource.name}: ${place} names ${name}`] : [];
  });
}

/** Whether one resource waits for the other, by whatever way, so that it is made after it and goes before it. */
export function reaches({ resources }: Pick<Plan, "resources">) {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const found = new Map<string, ReadonlySet<string>>();
  const behind = (urn: string): ReadonlySet<string> => {
    const known = found.get(urn);
    if (known !== undefined) return known;
    const all = new Set<string>();
    found.set(urn, all);
    const resource = byUrn.get(urn);
    const next = [...(resource?.dependencies ?? []), ...(resource?.provider ? [resource.provider] : [])];
    for (const each of next) {
      all.add(each);
      for (const further of behind(each)) all.add(further);
    }
    return all;
  };
  return (from: PlannedResource, to: PlannedResource) => behind(from.urn).has(to.urn);
}

function ownName({ type, inputs }: PlannedResource): string | undefined {
  if (unnamed.test(type)) return undefined;
  const metadata = inputs.metadata;
  const name =
    type.startsWith("kubernetes:") && isObject(metadata ?? null)
      ? (metadata as Record<string, Wire>).name
      : inputs[nameOf[type] ?? ""];
  return typeof name === "string" ? name : undefined;
}

function* strings(value: Wire, path: string): Generator<{ path: string; text: string }> {
  if (typeof value === "string") yield { path, text: value };
  if (isSecret(value)) return;
  const below = (key: string | number) => (path === "" ? String(key) : `${path}.${key}`);
  if (Array.isArray(value)) for (const [index, inner] of value.entries()) yield* strings(inner, below(index));
  else if (isObject(value))
    for (const [key, inner] of Object.entries(value)) yield* strings(inner, below(key));
}
