import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import type { Cluster as EksCluster } from "@pulumi/eks/cluster.js";
import { ManagedNodeGroup } from "@pulumi/eks/managedNodeGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { instanceType } from "../capacity/instances.ts";
import type { Account } from "../shared/account.ts";
import { NodeRole } from "./node-role.ts";

export interface SystemNodesArgs {
  readonly account: Account;
  readonly cluster: EksCluster;
  readonly clusterName: string;
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** What the nodes reach AWS through, from before the first one until the last one is gone. */
  readonly egress: readonly pulumi.Resource[];
  /** Tags of instances, disks and interfaces, which the provider's default tags don't reach. */
  readonly tags: Readonly<Record<string, string>>;
  readonly instanceType: string;
  /** Nodes that run; `max` leaves room for replacing them. */
  readonly min: number;
  readonly max: number;
  /** Kubernetes' version, such as `1.36`. With a launch template EKS takes it from nowhere else. */
  readonly version: string;
  /** EKS release version of the machine image, of the same Kubernetes version. */
  readonly releaseVersion: string;
}

const rootDiskGiB = 100;

/** The fixed nodes: controllers, monitoring, and whatever the other nodes depend on run on them. */
export class SystemNodes extends pulumi.ComponentResource {
  readonly group: ManagedNodeGroup;

  constructor(name: string, args: SystemNodesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:SystemNodes", name, {}, opts);
    const role = new NodeRole(
      name,
      { account: args.account, roleName: `${args.clusterName}-system-node` },
      { parent: this },
    );
    this.group = this.createGroup(name, args, role, this.createLaunchTemplate(name, args));
    this.registerOutputs({});
  }

  /** Own template, because the component's would let pods reach the metadata service and leave disks unencrypted. */
  private createLaunchTemplate(name: string, { clusterName, tags }: SystemNodesArgs): LaunchTemplate {
    return new LaunchTemplate(
      name,
      {
        updateDefaultVersion: true,
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            ebs: {
              volumeSize: rootDiskGiB,
              volumeType: "gp3",
              encrypted: "true",
              deleteOnTermination: "true",
            },
          },
        ],
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
          resourceType,
          tags: { ...tags, Name: `${clusterName}-system` },
        })),
      },
      { parent: this },
    );
  }

  private createGroup(name: string, args: SystemNodesArgs, role: NodeRole, template: LaunchTemplate) {
    const arm = instanceType(args.instanceType)?.architecture === "arm64";
    return new ManagedNodeGroup(
      name,
      {
        cluster: args.cluster,
        nodeRoleArn: role.role.arn,
        subnetIds: [...args.subnetIds],
        instanceTypes: [args.instanceType],
        amiType: arm ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD",
        version: args.version,
        releaseVersion: args.releaseVersion,
        scalingConfig: { minSize: args.min, desiredSize: args.min, maxSize: args.max },
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        labels: { "gantry.dev/role": "system" },
      },
      { parent: this, dependsOn: [role, ...args.egress] },
    );
  }
}
