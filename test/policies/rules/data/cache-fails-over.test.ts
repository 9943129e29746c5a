import { cacheFailsOver as rule } from "../../../../policies/rules/data/cache-fails-over.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const resource = (kind: string, props: Given["props"]): Given => ({
  type: `aws:elasticache/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`,
  name: "counters",
  props,
});
const good = {
  engine: "valkey",
  automaticFailoverEnabled: true,
  multiAzEnabled: true,
  numCacheClusters: 2,
  snapshotRetentionLimit: 1,
};
const group = (props: Given["props"] = {}) => resource("ReplicationGroup", { ...good, ...props });
const at = (path: string) => [`counters#${path}`];

cases(rule, {
  passes: [
    ["two nodes in two zones", group()],
    [
      "a replica in every shard",
      group({ numCacheClusters: null, numNodeGroups: 2, replicasPerNodeGroup: 1 }),
    ],
    [
      "shards with a replica each",
      group({ numCacheClusters: null, nodeGroupConfigurations: [{ replicaCount: 1 }, { replicaCount: 2 }] }),
    ],
    ["a secret count", group({ numCacheClusters: secret(3) })],
    [
      "a serverless cache with snapshots",
      resource("ServerlessCache", { engine: "valkey", snapshotRetentionLimit: 7 }),
    ],
    [
      "one node of an application",
      group({ numCacheClusters: 1, tags: { "gantry.dev/purpose": "application" } }),
    ],
    ["memcached", resource("Cluster", { engine: "memcached" })],
    ["memcached without servers", resource("ServerlessCache", { engine: "memcached" })],
    ["a node of a group", resource("Cluster", { replicationGroupId: unknown })],
  ],
  reports: [
    [
      "one node for any other purpose",
      group({ numCacheClusters: 1, tags: { "gantry.dev/purpose": unknown } }),
      at("numCacheClusters"),
    ],
    ["one node with failover on", group({ numCacheClusters: 1 }), at("numCacheClusters")],
    ["the default number of nodes", group({ numCacheClusters: null }), at("numCacheClusters")],
    ["an unknown number", group({ numCacheClusters: unknown }), at("numCacheClusters")],
    ["a number as text", group({ numCacheClusters: "2" }), at("numCacheClusters")],
    ["no replicas", group({ numCacheClusters: null, replicasPerNodeGroup: 0 }), at("numCacheClusters")],
    [
      "one shard of two without",
      group({ numCacheClusters: null, nodeGroupConfigurations: [{ replicaCount: 1 }, {}] }),
      at("numCacheClusters"),
    ],
    ["failover off", group({ automaticFailoverEnabled: false }), at("automaticFailoverEnabled")],
    ["unset failover", group({ automaticFailoverEnabled: null }), at("automaticFailoverEnabled")],
    ["one zone", group({ multiAzEnabled: unknown }), at("multiAzEnabled")],
    ["no snapshots", group({ snapshotRetentionLimit: 0 }), at("snapshotRetentionLimit")],
    ["unset snapshots", group({ snapshotRetentionLimit: null }), at("snapshotRetentionLimit")],
    [
      "a serverless cache without",
      resource("ServerlessCache", { engine: "redis" }),
      at("snapshotRetentionLimit"),
    ],
    ["a plain cluster", resource("Cluster", { engine: "redis", numCacheNodes: 1 }), at("numCacheNodes")],
    [
      "everything at once",
      resource("ReplicationGroup", {}),
      [
        ...at("automaticFailoverEnabled"),
        ...at("multiAzEnabled"),
        ...at("numCacheClusters"),
        ...at("snapshotRetentionLimit"),
      ],
    ],
  ],
});
