import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { integer, type RuleSettings } from "../../framework/settings.ts";
import { at, unknown } from "../../framework/value.ts";
import { allowedKey, keyTypes, withoutCustomerKey } from "../../read/aws/customer-key.ts";
import { isApplication, unlessApplication } from "../../read/aws/purpose.ts";

const cluster = "aws:rds/cluster:Cluster";
const clusterInstance = "aws:rds/clusterInstance:ClusterInstance";
const instance = "aws:rds/instance:Instance";

const settings = {
  minBackupDays: integer("Minimum backup retention of a database in days.", {
    minimum: 1,
    maximum: 35,
    default: 7,
  }),
} as const satisfies RuleSettings;

export const databaseGuarded: StackRule<typeof settings> = {
  name: "database-guarded",
  title: "A database is encrypted, private, in two zones and backed up, and AWS manages its password.",
  why: "Gantry has no database; one that is added for a feature holds what users write, and one wrong setting publishes or loses it.",
  fix: "Set storageEncrypted, kmsKeyId, multiAz or two instances, backupRetentionPeriod 7 and manageMasterUserPassword; leave publiclyAccessible out.",
  severity: "high",
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
        if (at(resource.props, "multiAz") !== true && !isApplication(resource))
          yield {
            resource,
            path: "multiAz",
            problem: "it fails with its zone",
            allowed: `true, or ${unlessApplication}`,
          };
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
      problem: "it may be reachable from the internet",
      allowed: "false, or unset",
    };
}

/** Unset means unencrypted, and one day of backups. [RDS API, CreateDBInstance] */
function* stored(resource: StackResource, minBackupDays: number): Generator<StackFinding> {
  if (at(resource.props, "storageEncrypted") !== true)
    yield { resource, path: "storageEncrypted", problem: "it is not encrypted at rest", allowed: "true" };
  const problem = withoutCustomerKey(resource, "kmsKeyId");
  // Whose key encrypts an application's own data is its team's decision.
  const isOwnTeams = isApplication(resource) && at(resource.props, "kmsKeyId") === undefined;
  if (problem !== undefined && !isOwnTeams)
    yield { resource, path: "kmsKeyId", problem, allowed: `${allowedKey}; unset ${unlessApplication}` };
  const days = at(resource.props, "backupRetentionPeriod");
  // Of a replica the source is backed up.
  if (isReplica(resource) && days === undefined) return;
  if (typeof days !== "number" || !(days >= minBackupDays))
    yield {
      resource,
      path: "backupRetentionPeriod",
      problem: "backups are kept for too few days",
      allowed: `${minBackupDays} days or more`,
    };
}

/** A replica has the users and the data of its source. [RDS API, CreateDBInstanceReadReplica] */
function isReplica({ props }: StackResource): boolean {
  return ["replicateSourceDb", "replicationSourceIdentifier"].some((name) => at(props, name) !== undefined);
}

/** A password that the program knows, or none at all. */
function* known(resource: StackResource, property: string): Generator<StackFinding> {
  const { props } = resource;
  if (isReplica(resource) && at(props, property) === undefined) return;
  const apart = at(props, "manageMasterUserPassword") === true || at(props, `${property}Wo`) !== undefined;
  if (at(props, property) === undefined && apart) return;
  yield {
    resource,
    path: property,
    problem: apart ? "the password is stored in the state" : "no setting manages the password",
    allowed: `manageMasterUserPassword true, or ${property}Wo, and no ${property}`,
  };
}

/** A cluster with an instance class creates its nodes in three zones; others have the instances that belong to them. */
function* inOneZone(resource: StackResource, all: readonly StackResource[]): Generator<StackFinding> {
  if (typeof at(resource.props, "dbClusterInstanceClass") === "string" || isApplication(resource)) return;
  const instances = all.filter(
    (one) => one.type === clusterInstance && one.behind("clusterIdentifier").includes(resource),
  );
  // Where no zone is set AWS spreads the instances.
  const zones = instances.map(({ props }, index) => at(props, "availabilityZone") ?? `any ${index}`);
  if (new Set(zones.filter((zone) => zone !== unknown)).size >= 2) return;
  yield {
    resource,
    path: "instances",
    problem: "all instances fail with one zone",
    allowed: `at least two instances of the cluster, in different zones, or ${unlessApplication}`,
  };
}
