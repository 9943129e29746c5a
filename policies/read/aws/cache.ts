import { at, type Value } from "../../framework/value.ts";

export const replicationGroup = "aws:elasticache/replicationGroup:ReplicationGroup";
export const serverlessCache = "aws:elasticache/serverlessCache:ServerlessCache";
export const cacheCluster = "aws:elasticache/cluster:Cluster";
export const cacheUser = "aws:elasticache/user:User";
export const caches: readonly string[] = [replicationGroup, serverlessCache, cacheCluster];

/** Memcached has neither users nor replicas; any other engine is Redis or Valkey. */
export function isMemcached(props: Value): boolean {
  return at(props, "engine") === "memcached";
}
