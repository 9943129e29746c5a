import { deletionProtected as rule } from "../../../../policies/rules/data/deletion-protected.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const resource = (type: string, props: Given["props"] = {}, protect = false): Given => ({
  type,
  name: "one",
  props,
  options: { protect },
});
const bucket = "aws:s3/bucket:Bucket";
const held = "aws:secretsmanager/secret:Secret";
const cluster = "eks:index:Cluster";
const balancer = "aws:lb/loadBalancer:LoadBalancer";
const database = "aws:rds/cluster:Cluster";
const cache = "aws:elasticache/replicationGroup:ReplicationGroup";
const protect = ["one#protect"];

cases(rule, {
  passes: [
    ["a cluster that AWS protects", resource(cluster, { deletionProtection: true })],
    ["the resource that it makes", resource("aws:eks/cluster:Cluster", { deletionProtection: secret(true) })],
    ["a load balancer that AWS protects", resource(balancer, { enableDeletionProtection: true })],
    ["a bucket that Pulumi protects", resource(bucket, { forceDestroy: false }, true)],
    ["a key", resource("aws:kms/key:Key", {}, true)],
    ["a secret with a week to come back", resource(held, { recoveryWindowInDays: 7 }, true)],
    ["a database with both", resource(database, { deletionProtection: true }, true)],
    ["a cache", resource(cache, {}, true)],
    [
      "a key that is revoked by its removal",
      resource(held, { recoveryWindowInDays: 0, tags: { "gantry.dev/revoked-by-removal": "true" } }),
    ],
  ],
  reports: [
    ["a cluster without", resource(cluster, { name: "main" }), ["one#deletionProtection"]],
    [
      "a cluster that Pulumi alone protects",
      resource(cluster, { name: "main" }, true),
      ["one#deletionProtection"],
    ],
    [
      "a cluster that may be protected",
      resource(cluster, { deletionProtection: unknown }, true),
      ["one#deletionProtection"],
    ],
    ["protection as text", resource(cluster, { deletionProtection: "true" }), ["one#deletionProtection"]],
    [
      "a load balancer that Pulumi alone protects",
      resource(balancer, {}, true),
      ["one#enableDeletionProtection"],
    ],
    [
      "a load balancer under its other name",
      resource("aws:alb/loadBalancer:LoadBalancer", { enableDeletionProtection: false }),
      ["one#enableDeletionProtection"],
    ],
    ["a database that AWS alone protects", resource(database, { deletionProtection: true }), protect],
    [
      "a database that Pulumi alone protects",
      resource("aws:rds/instance:Instance", {}, true),
      ["one#deletionProtection"],
    ],
    ["a bucket", resource(bucket), protect],
    ["a bucket under its other name", resource("aws:s3/bucketV2:BucketV2", { forceDestroy: false }), protect],
    ["a bucket that empties itself", resource(bucket, { forceDestroy: true }, true), ["one#forceDestroy"]],
    ["a bucket that may", resource(bucket, { forceDestroy: unknown }, true), ["one#forceDestroy"]],
    ["a key that only waits", resource("aws:kms/key:Key", { deletionWindowInDays: 30 }), protect],
    ["a cache that only leaves a snapshot", resource(cache, { finalSnapshotIdentifier: "last" }), protect],
    [
      "a secret gone at once",
      resource(held, { recoveryWindowInDays: 0 }, true),
      ["one#recoveryWindowInDays"],
    ],
    [
      "a secret that may be",
      resource(held, { recoveryWindowInDays: unknown }, true),
      ["one#recoveryWindowInDays"],
    ],
    [
      "a key that may be one",
      resource(held, { tags: { "gantry.dev/revoked-by-removal": unknown } }),
      protect,
    ],
    [
      "a bucket that says so",
      resource(bucket, { tags: { "gantry.dev/revoked-by-removal": "true" } }),
      protect,
    ],
    [
      "a number of days as text",
      resource(held, { recoveryWindowInDays: "30" }, true),
      ["one#recoveryWindowInDays"],
    ],
    [
      "all that is wrong with a bucket",
      resource(bucket, { forceDestroy: true }),
      ["one#forceDestroy", ...protect],
    ],
  ],
});
