import { databaseGuarded as rule } from "../../../../policies/rules/data/database-guarded.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const key: Given = { type: "aws:kms/key:Key", name: "data", props: {} };
const stored = {
  storageEncrypted: true,
  kmsKeyId: unknown,
  backupRetentionPeriod: 7,
  manageMasterUserPassword: true,
};
const database = (
  kind: string,
  props: Given["props"],
  name: string,
  behind: Given["behind"] = {},
): Given => ({
  type: `aws:rds/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`,
  name,
  props,
  behind: { kmsKeyId: [key], ...behind },
});
const instance = (props: Given["props"] = {}) => [
  key,
  database("Instance", { ...stored, multiAz: true, ...props }, "records"),
];
const cluster = database("Cluster", stored, "records");
const node = (name: string, availabilityZone?: Wire, of = cluster, more: Given["props"] = {}) =>
  database(
    "ClusterInstance",
    { ...(availabilityZone !== undefined && { availabilityZone }), ...more },
    name,
    { clusterIdentifier: [of] },
  );
const clustered = (props: Given["props"]) => {
  const changed = { ...cluster, props: { ...stored, ...props } };
  return [key, changed, node("first", undefined, changed), node("second", undefined, changed)];
};
const at = (path: string) => [`records#${path}`];

cases(rule, {
  passes: [
    ["an instance in two zones, with every ARN unknown", instance()],
    [
      "an application's under AWS's own key",
      instance({ kmsKeyId: null, tags: { "gantry.dev/purpose": "application" } }),
    ],
    [
      "an application's in one zone",
      instance({ multiAz: false, tags: { "gantry.dev/purpose": "application" } }),
    ],
    ["a write-only password", instance({ manageMasterUserPassword: null, passwordWo: secret(unknown) })],
    ["a cluster of two", clustered({})],
    ["a cluster of two in named zones", [key, cluster, node("first", "a"), node("second", "b")]],
    [
      "a cluster of one class, which has three nodes",
      [key, { ...cluster, props: { ...stored, dbClusterInstanceClass: "db.m6gd.large" } }],
    ],
    ["a stack without a database", [key]],
  ],
  reports: [
    [
      "a disk in clear of an application",
      instance({ storageEncrypted: false, tags: { "gantry.dev/purpose": "application" } }),
      at("storageEncrypted"),
    ],
    ["a public instance", instance({ publiclyAccessible: true }), at("publiclyAccessible")],
    ["one that may be public", instance({ publiclyAccessible: unknown }), at("publiclyAccessible")],
    ["a disk in clear", instance({ storageEncrypted: null }), at("storageEncrypted")],
    ["encryption as text", instance({ storageEncrypted: "true" }), at("storageEncrypted")],
    [
      "a key of an application that isn't known",
      instance({ kmsKeyId: "alias/aws/rds", tags: { "gantry.dev/purpose": "application" } }),
      at("kmsKeyId"),
    ],
    ["AWS's own key", instance({ kmsKeyId: null }), at("kmsKeyId")],
    ["an unknown key from outside the stack", instance().slice(1), at("kmsKeyId")],
    ["one zone", instance({ multiAz: false }), at("multiAz")],
    ["one zone by default", instance({ multiAz: null }), at("multiAz")],
    ["six days of backups", instance({ backupRetentionPeriod: 6 }), at("backupRetentionPeriod")],
    ["backups by default", instance({ backupRetentionPeriod: null }), at("backupRetentionPeriod")],
    ["a literal password", instance({ password: "the-password" }), at("password")],
    [
      "a secret password instead",
      instance({ password: secret("x"), manageMasterUserPassword: null }),
      at("password"),
    ],
    ["no password", instance({ manageMasterUserPassword: unknown }), at("password")],
    [
      "everything at once",
      [database("Instance", {}, "records")],
      ["storageEncrypted", "kmsKeyId", "backupRetentionPeriod", "password", "multiAz"].flatMap(at),
    ],
    ["a cluster with a password", clustered({ masterPassword: "x" }), at("masterPassword")],
    ["a cluster in clear", clustered({ storageEncrypted: false }), at("storageEncrypted")],
    ["a cluster of one", [key, cluster, node("first")], at("instances")],
    ["a cluster in one zone", [key, cluster, node("first", "a"), node("second", "a")], at("instances")],
    [
      "a cluster of one, whose name another one takes up",
      [
        key,
        cluster,
        node("first"),
        database("Cluster", { ...stored, dbClusterInstanceClass: "db.m6gd.large" }, "copy", {
          clusterIdentifier: [cluster],
        }),
      ],
      at("instances"),
    ],
    [
      "a cluster in a zone and an unknown one",
      [key, cluster, node("first", "a"), node("second", unknown)],
      at("instances"),
    ],
    [
      "a cluster in unknown zones",
      [key, cluster, node("first", unknown), node("second", unknown)],
      at("instances"),
    ],
    [
      "the second instance of a cluster, which is public",
      [key, cluster, node("first"), node("second", undefined, cluster, { publiclyAccessible: true })],
      ["second#publiclyAccessible"],
    ],
    [
      "a cluster whose instances belong to another",
      [
        key,
        cluster,
        { ...cluster, name: "other" },
        node("first"),
        node("second", undefined, { ...cluster, name: "other" }),
      ],
      [...at("instances"), "other#instances"],
    ],
    ["fewer days than required", instance(), at("backupRetentionPeriod"), { config: { minBackupDays: 14 } }],
    [
      "an illegal configuration",
      instance(),
      ["stack#configuration.minBackupDays"],
      { config: { minBackupDays: 0 } },
    ],
  ],
});
