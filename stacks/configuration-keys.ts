import type { Colour } from "../components/serving/traffic.ts";
import type { Config } from "./config.ts";
import type { SlotSettings } from "./schema.ts";
import { slotsOf } from "./slots.ts";

/** Where a property's value is set: what a reader of a finding edits. */
export interface ConfigurationKey {
  readonly type: string;
  /** Name of the resource. @default every resource of the type */
  readonly name?: string;
  /** The property as findings name it; what is below it is meant as well. */
  readonly property: string;
  /** In Pulumi.<environment>.yaml, such as `gantry:pools.a10g.maxGpus`. */
  readonly key: string;
}

/**
 * Properties that one key of the configuration decides. A property that follows from several keys, or from the code, has
 * none: no key is better than a wrong one. The test edits each key and looks at what the plan makes of it.
 */
export function configurationKeys(config: Config): readonly ConfigurationKey[] {
  const { pools, models } = config;
  return [
    ...ofEnvironment,
    ...ofGateway(config),
    ...Object.keys(pools).flatMap(ofPool),
    ...Object.entries(models).flatMap(([model, settings]) => [
      ...slotsOf(settings).flatMap(({ colour, slot }) => ofSlot(model, colour, slot)),
      {
        type: "aws:lb/listenerRule:ListenerRule",
        name: `${model}-live`,
        property: "actions",
        key: `gantry:models.${model}.traffic`,
      },
    ]),
  ];
}

/** The key of a property; undefined where none is known. @param path as a finding names it, such as `spec.limits` */
export function keyOf(
  keys: readonly ConfigurationKey[],
  resource: { readonly type: string; readonly name: string },
  path: string,
): string | undefined {
  return keys.find(
    ({ type, name = resource.name, property }) =>
      type === resource.type &&
      name === resource.name &&
      (path === property || path.startsWith(`${property}.`)),
  )?.key;
}

const component = { type: "eks:index:Cluster", name: "cluster" };
const cluster = { type: "aws:eks/cluster:Cluster", name: "cluster-eksCluster" };
const systemNodes = ["eks:index:ManagedNodeGroup", "aws:eks/nodeGroup:NodeGroup"].map((type) => ({
  type,
  name: "cluster-system",
}));
const budget = { type: "aws:budgets/budget:Budget", name: "budget" };

/** How resources that hold data are protected, by type. Secrets are left out: those of tenants are never protected. */
const protectedProperties: readonly (readonly [type: string, property: string])[] = [
  ["aws:kms/key:Key", "deletionWindowInDays"],
  ["aws:kms/key:Key", "protect"],
  ["aws:eks/cluster:Cluster", "deletionProtection"],
  ["eks:index:Cluster", "deletionProtection"],
  ["aws:cloudwatch/logGroup:LogGroup", "deletionProtectionEnabled"],
  ["aws:s3/bucket:Bucket", "forceDestroy"],
  ["aws:s3/bucket:Bucket", "protect"],
  ["aws:elasticache/replicationGroup:ReplicationGroup", "protect"],
  ["aws:route53/zone:Zone", "forceDestroy"],
  ["aws:lb/loadBalancer:LoadBalancer", "enableDeletionProtection"],
];

const ofEnvironment: readonly ConfigurationKey[] = [
  { ...component, property: "version", key: "gantry:cluster.version" },
  { ...cluster, property: "version", key: "gantry:cluster.version" },
  { ...component, property: "publicAccessCidrs", key: "gantry:cluster.endpoint" },
  { ...cluster, property: "vpcConfig.publicAccessCidrs", key: "gantry:cluster.endpoint" },
  ...systemNodes.flatMap((group) => [
    { ...group, property: "instanceTypes", key: "gantry:cluster.systemNodes.instanceType" },
    { ...group, property: "scalingConfig.minSize", key: "gantry:cluster.systemNodes.min" },
    { ...group, property: "scalingConfig.maxSize", key: "gantry:cluster.systemNodes.max" },
  ]),
  { ...budget, property: "limitAmount", key: "gantry:budget.monthlyUsd" },
  { ...budget, property: "notifications", key: "gantry:monitoring.notify" },
  ...protectedProperties.map(([type, property]) => ({ type, property, key: "gantry:protect" })),
];

function ofPool(pool: string): readonly ConfigurationKey[] {
  const key = `gantry:pools.${pool}`;
  const nodes = { type: "kubernetes:karpenter.sh/v1:NodePool", name: `${pool}-pool` };
  const machines = { type: "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", name: `${pool}-class` };
  return [
    { ...nodes, property: "spec.limits", key: `${key}.maxGpus` },
    { ...machines, property: "spec.blockDeviceMappings.0.ebs.volumeSize", key: `${key}.diskGiB` },
  ];
}

/** The documents that the gateway's pods read are one resource, in which each model, route and tenant has its place. */
function ofGateway({ hosted, routes, tenants, cache }: Config): readonly ConfigurationKey[] {
  const pods = { type: "kubernetes:apps/v1:Deployment", name: "gateway" };
  const scaler = { type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", name: pods.name };
  const documents = { type: "kubernetes:core/v1:ConfigMap", name: pods.name };
  const store = { type: "aws:elasticache/replicationGroup:ReplicationGroup", name: "cache" };
  const lifecycle = {
    type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    name: "records",
  };
  const named = (section: string, names: object) =>
    Object.keys(names).map((name) => [name, `gantry:${section}.${name}`] as const);
  return [
    { ...pods, property: "containers.gateway.resources", key: "gantry:gateway.size" },
    { ...scaler, property: "spec.minReplicas", key: "gantry:gateway.replicas.min" },
    { ...scaler, property: "spec.maxReplicas", key: "gantry:gateway.replicas.max" },
    { ...lifecycle, property: "rules", key: "gantry:gateway.records.keepDays" },
    ...(cache.create === undefined
      ? []
      : [
          { ...store, property: "nodeType", key: "gantry:cache.create.nodeType" },
          { ...store, property: "numCacheClusters", key: "gantry:cache.create.nodes" },
          { ...store, property: "snapshotRetentionLimit", key: "gantry:cache.create.snapshotDays" },
        ]),
    // Hosted models come first in LiteLLM's list.
    ...named("hosted", hosted).map(([, key], index) => ({
      ...documents,
      property: `data.config.yaml.model_list.${index}.litellm_params.model`,
      key: `${key}.snapshot`,
    })),
    ...named("routes", routes).map(([route, key]) => ({
      ...documents,
      property: `data.settings.yaml.routes.${route}`,
      key,
    })),
    ...named("tenants", tenants).map(([tenant, key]) => ({
      ...documents,
      property: `data.tenants.yaml.tenants.${tenant}`,
      key,
    })),
  ];
}

/** What a release holds is edited by taking another one: a release that was live stays as it is. */
function ofSlot(model: string, colour: Colour, { release }: SlotSettings): readonly ConfigurationKey[] {
  const key = `gantry:models.${model}.${colour}`;
  const pods = { type: "kubernetes:apps/v1:Deployment", name: `${model}-${colour}` };
  const scaler = { type: "kubernetes:keda.sh/v1alpha1:ScaledObject", name: pods.name };
  const ofRelease = `${key}.release (stacks/releases/${release}.yaml)`;
  return [
    { ...pods, property: "containers.engine.image", key: ofRelease },
    { ...pods, property: "containers.engine.version", key: ofRelease },
    { ...pods, property: "containers.engine.args", key: ofRelease },
    { ...pods, property: "annotations.gantry.dev/release-id", key: ofRelease },
    { ...pods, property: "annotations.gantry.dev/evaluated-release-id", key: ofRelease },
    { ...pods, property: "nodeSelector", key: `${key}.pool` },
    { ...scaler, property: "spec.minReplicaCount", key: `${key}.replicas.min` },
    { ...scaler, property: "spec.maxReplicaCount", key: `${key}.replicas.max` },
  ];
}
