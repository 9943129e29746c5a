import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { ParameterGroup } from "@pulumi/aws/elasticache/parameterGroup.js";
import { ReplicationGroup } from "@pulumi/aws/elasticache/replicationGroup.js";
import { SubnetGroup } from "@pulumi/aws/elasticache/subnetGroup.js";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import * as pulumi from "@pulumi/pulumi";
import { keyDeletion } from "../shared/deletion.ts";

/** Where a Redis or Valkey answers. */
export interface CacheAddress {
  readonly host: pulumi.Input<string>;
  readonly port: number;
  readonly tls: boolean;
  /** CloudWatch's ids of its nodes; none of a cache that this stack doesn't own. */
  readonly nodeIds?: readonly pulumi.Input<string>[];
}

export interface ValkeyArgs {
  /** The environment's name in AWS, as `gantry-dev`. */
  readonly owner: string;
  readonly network: {
    readonly vpcId: pulumi.Input<string>;
    readonly privateSubnetIds: readonly pulumi.Input<string>[];
    /** Ranges of those subnets: pods in them may connect. */
    readonly privateCidrs: readonly string[];
  };
  /** Such as `cache.m7g.large`. */
  readonly nodeType: string;
  /** One writes, the others take over. */
  readonly nodes: number;
  readonly snapshotDays: number;
  /** Numbers of the passwords that it takes, the newest last: two in a row while clients change over. */
  readonly passwords: readonly number[];
  /** The newest. */
  readonly password: pulumi.Input<string>;
  readonly protect: boolean;
}

const cachePort = 6379;
/** [ElastiCache User Guide, supported engine versions] */
const engine = { version: "8.1", family: "valkey8" };
/** Hours of the night in America, where the first environments are; a snapshot never meets an update. */
const windows = { snapshot: "07:00-08:00", maintenance: "sun:09:00-sun:10:00" };

/**
 * ElastiCache for Valkey, in which all gateway pods share their counters: encrypted, with a password, in several zones.
 * Stateful: it holds the tenants' usage of the month; a snapshot restores it up to a day old.
 */
export class Valkey extends pulumi.ComponentResource implements CacheAddress {
  readonly host: pulumi.Output<string>;
  readonly port = cachePort;
  readonly tls = true;
  readonly nodeIds: readonly pulumi.Output<string>[];

  constructor(name: string, args: ValkeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:data:Valkey", name, {}, opts);
    const key = this.createKey(name, args);
    const securityGroup = this.createSecurityGroup(name, args);
    const group = this.createReplicationGroup(name, args, { key, securityGroup });
    this.host = group.primaryEndpointAddress;
    this.nodeIds = Array.from({ length: args.nodes }, (_, index) =>
      group.memberClusters.apply((members) => [...members].sort()[index] ?? ""),
    );
    this.registerOutputs({});
  }

  private createKey(name: string, { owner, protect }: ValkeyArgs): Key {
    const key = new Key(
      name,
      { description: `Cache of ${owner}`, enableKeyRotation: true, ...keyDeletion(protect) },
      { parent: this, protect },
    );
    new Alias(name, { name: `alias/${owner}/cache`, targetKeyId: key.keyId }, { parent: this });
    return key;
  }

  private createSecurityGroup(name: string, { network }: ValkeyArgs): SecurityGroup {
    return new SecurityGroup(
      name,
      {
        vpcId: network.vpcId,
        description: "Cache of the gateway",
        ingress: [
          {
            description: "Gateway pods",
            protocol: "tcp",
            fromPort: cachePort,
            toPort: cachePort,
            cidrBlocks: [...network.privateCidrs],
          },
        ],
        // Answers need no rule, and it opens no connections.
        egress: [],
      },
      { parent: this },
    );
  }

  private createReplicationGroup(
    name: string,
    args: ValkeyArgs,
    { key, securityGroup }: { readonly key: Key; readonly securityGroup: SecurityGroup },
  ): ReplicationGroup {
    const subnets = new SubnetGroup(
      name,
      { description: "Private subnets", subnetIds: [...args.network.privateSubnetIds] },
      { parent: this },
    );
    const parameters = new ParameterGroup(
      name,
      {
        family: engine.family,
        description: "Cached answers give way to counters that are in use",
        parameters: [{ name: "maxmemory-policy", value: "volatile-lfu" }],
      },
      { parent: this },
    );
    return new ReplicationGroup(
      name,
      {
        description: `Counters and cached answers of ${args.owner}`,
        engine: "valkey",
        engineVersion: engine.version,
        autoMinorVersionUpgrade: false,
        nodeType: args.nodeType,
        port: cachePort,
        numCacheClusters: args.nodes,
        automaticFailoverEnabled: true,
        multiAzEnabled: true,
        parameterGroupName: parameters.name,
        subnetGroupName: subnets.name,
        securityGroupIds: [securityGroup.id],
        atRestEncryptionEnabled: true,
        kmsKeyId: key.arn,
        transitEncryptionEnabled: true,
        transitEncryptionMode: "required",
        authTokenWo: args.password,
        ...passwordUpdate(args.passwords),
        snapshotRetentionLimit: args.snapshotDays,
        snapshotWindow: windows.snapshot,
        maintenanceWindow: windows.maintenance,
        // A reviewed edit takes effect when it is applied, and not on the next Sunday.
        applyImmediately: true,
      },
      { parent: this, protect: args.protect },
    );
  }
}

/**
 * How ElastiCache takes the newest password: in addition to the previous one (ROTATE), or alone (SET). The version grows with
 * each step of a rotation, [1], [1, 2], [2], since the provider sends a password only with another version.
 * [ElastiCache User Guide, modifying the AUTH token]
 */
function passwordUpdate(passwords: readonly number[]) {
  const [oldest = 1, newest = oldest] = passwords;
  const version = oldest + newest - 1;
  return {
    authTokenWoVersion: version,
    ...(version > 1 && { authTokenUpdateStrategy: passwords.length > 1 ? "ROTATE" : "SET" }),
  };
}
