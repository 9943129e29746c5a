import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, isList, type Value } from "../../framework/value.ts";
import {
  cacheCluster,
  caches,
  cacheUser,
  isMemcached,
  replicationGroup,
  serverlessCache,
} from "../../read/aws/cache.ts";
import { isApplication, unlessApplication } from "../../read/aws/purpose.ts";

export const cacheEncryptedAndAuthenticated: ResourceRule = {
  name: "cache-encrypted-and-authenticated",
  title: "The cache is encrypted at rest and in transit, and requires authentication.",
  why: "It holds counters, sessions and answers: without authentication every pod of the cluster can read them and reset its own limits.",
  fix: "Use a ReplicationGroup with atRestEncryptionEnabled, transitEncryptionEnabled, transitEncryptionMode required, and userGroupIds.",
  severity: "high",
  relatedChecks: ["CKV_AWS_29", "CKV_AWS_30", "CKV_AWS_31", "AwsSolutions-AEC3"],
  resourceTypes: [...caches, cacheUser],
  example: {
    good: "atRestEncryptionEnabled: true, transitEncryptionEnabled: true, transitEncryptionMode: required, userGroupIds: [group.id]",
    bad: "transitEncryptionEnabled: true, transitEncryptionMode: preferred",
  },

  check({ type, props }) {
    switch (type) {
      case replicationGroup:
        return ofGroup(props);
      case serverlessCache:
        // Always encrypted, at rest and in transit. [ElastiCache, serverless]
        return isMemcached(props) || isSet(at(props, "userGroupId")) || isApplication({ props })
          ? []
          : [anyone("userGroupId")];
      case cacheCluster:
        return ofCluster(props);
      default:
        return ofUser(props);
    }
  },
};

function ofGroup(props: Value): Finding[] {
  const mustBe: readonly [string, Value, string][] = [
    ["atRestEncryptionEnabled", true, "data is not encrypted on the nodes' disks and in snapshots"],
    ["transitEncryptionEnabled", true, "data and password cross the network unencrypted"],
    ["transitEncryptionMode", "required", "the cache also accepts unencrypted connections"],
  ];
  const groups = at(props, "userGroupIds");
  const authenticated = (isList(groups) && groups.some(isSet)) || isSet(at(props, "authTokenWo"));
  return [
    ...mustBe
      .filter(([path, value]) => at(props, path) !== value)
      .map(([path, value, problem]) => ({ path, problem, allowed: String(value) })),
    ...(at(props, "authToken") === undefined
      ? []
      : [
          {
            path: "authToken",
            problem: "the password is stored in the state",
            allowed: "userGroupIds or authTokenWo",
          },
        ]),
    ...(authenticated || isApplication({ props }) ? [] : [anyone("userGroupIds")]),
  ];
}

/** A replication group decides for its nodes. A standalone Redis cluster doesn't support a password. */
function ofCluster(props: Value): Finding[] {
  if (isMemcached(props) || isSet(at(props, "replicationGroupId"))) return [];
  return [
    {
      path: "engine",
      problem: "a standalone cache cluster has no password, and its engine isn't known to be memcached",
      allowed: "a ReplicationGroup, or a cluster that belongs to one",
    },
  ];
}

function ofUser(props: Value): Finding[] {
  const needsNone = at(props, "noPasswordRequired") ?? false;
  const authentication = at(props, "authenticationMode", "type") ?? "";
  if (needsNone === false && typeof authentication === "string" && authentication !== "no-password-required")
    return [];
  return [
    {
      path: needsNone === false ? "authenticationMode.type" : "noPasswordRequired",
      problem: "the user needs no password",
      allowed: "a password that External Secrets provides, or IAM",
    },
  ];
}

function anyone(path: string): Finding {
  return {
    path,
    problem: "anyone who reaches the cache may use it",
    allowed: `a group of users, or authTokenWo; none ${unlessApplication}`,
  };
}

/** Ids are known only after creation, so an unknown one counts as set. */
function isSet(value: Value): boolean {
  return typeof value === "symbol" || (typeof value === "string" && value !== "");
}
