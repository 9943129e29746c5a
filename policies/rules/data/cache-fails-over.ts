import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, orUnknown, type Value } from "../../framework/value.ts";
import { cacheCluster, caches, isMemcached, replicationGroup } from "../../read/aws/cache.ts";
import { isApplication, purposeKey, unlessApplication } from "../../read/aws/purpose.ts";

export const cacheFailsOver: ResourceRule = {
  name: "cache-fails-over",
  title: "The cache survives the loss of a node and of a zone.",
  why: "It counts limits and budgets: while it is down the gateway either rejects every request or enforces no limit.",
  fix: `Set automaticFailoverEnabled and multiAzEnabled true, two nodes per shard, and snapshotRetentionLimit 1 or more; a cache of an application of your own carries the tag ${purposeKey}: application.`,
  severity: "medium",
  relatedChecks: ["CKV2_AWS_50", "AwsSolutions-AEC4", "AWS-0050"],
  resourceTypes: caches,
  example: {
    good: "numCacheClusters: 2, automaticFailoverEnabled: true, multiAzEnabled: true, snapshotRetentionLimit: 1",
    bad: "numCacheClusters: 1, automaticFailoverEnabled: true",
  },

  check({ type, props }) {
    // It counts no limits: its team decides what its loss means.
    if (isApplication({ props })) return [];
    if (type === cacheCluster)
      return isMemcached(props) || at(props, "replicationGroupId") !== undefined
        ? []
        : [single("numCacheNodes", "a ReplicationGroup, or a cluster that belongs to one")];
    if (isMemcached(props)) return [];
    return type === replicationGroup ? [...ofGroup(props), ...unsaved(props)] : unsaved(props);
  },
};

/** Unset is false, and one node. [ElastiCache API, CreateReplicationGroup] */
function ofGroup(props: Value): Finding[] {
  const switches = ["automaticFailoverEnabled", "multiAzEnabled"].filter((path) => at(props, path) !== true);
  return [
    ...switches.map((path) => ({
      path,
      problem: "no replica takes over when a node or its zone fails",
      allowed: "true",
    })),
    ...(hasReplicas(props)
      ? []
      : [single("numCacheClusters", "2 nodes or more, or replicasPerNodeGroup of 1 or more")]),
  ];
}

function hasReplicas(props: Value): boolean {
  const groups = orUnknown(elements(at(props, "nodeGroupConfigurations")));
  return (
    isAtLeast(2, at(props, "numCacheClusters")) ||
    isAtLeast(1, at(props, "replicasPerNodeGroup")) ||
    (groups.length > 0 && groups.every((group) => isAtLeast(1, at(group, "replicaCount"))))
  );
}

function unsaved(props: Value): Finding[] {
  if (isAtLeast(1, at(props, "snapshotRetentionLimit"))) return [];
  return [
    {
      path: "snapshotRetentionLimit",
      problem: "counters and budgets can't be restored without a snapshot",
      allowed: `1 day or more, or ${unlessApplication}`,
    },
  ];
}

function single(path: string, allowed: string): Finding {
  return { path, problem: "a shard may have only one node", allowed };
}

function isAtLeast(least: number, value: Value): boolean {
  return typeof value === "number" && value >= least;
}
