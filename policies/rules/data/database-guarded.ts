import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import type { RuleSettings } from "../../framework/settings.ts";
import { at, unknown } from "../../framework/value.ts";
import { allowedKey, keyTypes, withoutCustomerKey } from "../../read/aws/customer-key.ts";

const cluster = "aws:rds/cluster:Cluster";
const clusterInstance = "aws:rds/clusterInstance:ClusterInstance";
const instance = "aws:rds/instance:Instance";

const settings = {
  minBackupDays: {
    type: "integer",
    description: "Days that a database can be brought back to.",
    minimum: 1,
    maximum: 35,
    default: 7,
  },
} as const satisfies RuleSettings;

export const databaseGuarded: StackRule<typeof settings> = {
  name: "database-guarded",
  title: "A database is encrypted, private, in two zones, backed up, and its password is nobody's.",
  why: "Gantry has none; one that is added for a feature holds what people write, and is as easily published or lost as it is added.",
  fix: "Set storageEncrypted, kmsKeyId, multiAz or two instances, backupRetentionPeriod 7 and manageMasterUserPassword; leave publiclyAccessible out.",
  severity: "high",
  level: "mandatory",
  relatedChecks: ["CKV_AWS_16", "CKV_AWS_17", "CKV_AWS_133", "CKV_AWS_157", "AwsSolutions-RDS2"],
  resourceTypes: [cluster, clusterInstance, instance, ...keyTypes],
  example: {
    good: "storageEncrypted: true, kmsKeyId: key.arn, multiAz: true, backupRetentionPeriod: 7, manageMasterUserPassword: true",
    bad: "publiclyAccessible: true, password: config.requireSecret('password')",
  },
  config: settings,

  *checkStack({ resources }, { minBackupDays }) {
    for (const resource of resources) {
      if (resource.type === clusterInstance || resource.type === instance) yield* reachable(resource);
      if (resource.type === cluster) {
        yield* stored(resource, minBackupDays);
        yield* known(resource, "masterPassword");
        yield* inOneZone(resource, resources);
      }
      if (resource.type === instance) {
        yield* stored(resource, minBackupDays);
        yield* known(resource, "password");
        if (at(resource.props, "multiAz") !== true)
          yield { resource, path: "multiAz", problem: "it goes with its zone", allowed: "true" };
      }
    }
  },
};

/** Unset is private. [aws.rds.Instance] */
function* reachable(resource: StackResource): Generator<StackFinding> {
  const isPublic = at(resource.props, "publiclyAccessible") ?? false;
  if (isPublic !== false)
    yield {
      resource,
      path: "publiclyAccessible",
      problem: "the internet may reach it",
      allowed: "false, or unset",
    };
}

/** Unset is in clear, and one day of backups. [RDS API, CreateDBInstance] */
function* stored(resource: StackResource, minBackupDays: number): Generator<StackFinding> {
  if (at(resource.props, "storageEncrypted") !== true)
    yield { resource, path: "storageEncrypted", problem: "it is stored in clear", allowed: "true" };
  const problem = withoutCustomerKey(resource, "kmsKeyId");
  if (problem !== undefined) yield { resource, path: "kmsKeyId", problem, allowed: allowedKey };
  const days = at(resource.props, "backupRetentionPeriod");
  if (typeof days !== "number" || !(days >= minBackupDays))
    yield {
      resource,
      path: "backupRetentionPeriod",
      problem: "too few days can be brought back",
      allowed: `${minBackupDays} days or more`,
    };
}

/** A password that the program knows, or none at all. */
function* known(resource: StackResource, property: string): Generator<StackFinding> {
  const { props } = resource;
  const apart = at(props, "manageMasterUserPassword") === true || at(props, `${property}Wo`) !== undefined;
  if (at(props, property) === undefined && apart) return;
  yield {
    resource,
    path: property,
    problem: apart ? "the password is kept in the state" : "nothing says who manages the password",
    allowed: `manageMasterUserPassword true, or ${property}Wo, and no ${property}`,
  };
}

/** A cluster of one class makes its nodes in three zones; others have the instances that belong to them. */
function* inOneZone(resource: StackResource, all: readonly StackResource[]): Generator<StackFinding> {
  if (typeof at(resource.props, "dbClusterInstanceClass") === "string") return;
  const instances = all.filter(
    (one) => one.type === clusterInstance && one.behind("clusterIdentifier").includes(resource),
  );
  // Where none is stated AWS spreads them.
  const zones = instances.map(({ props }, index) => at(props, "availabilityZone") ?? `any ${index}`);
  if (new Set(zones.filter((zone) => zone !== unknown)).size >= 2) return;
  yield {
    resource,
    path: "instances",
    problem: "all of it goes with one zone",
    allowed: "two instances or more that belong to it, in different zones",
  };
}
