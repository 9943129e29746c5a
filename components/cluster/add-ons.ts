import { Addon } from "@pulumi/aws/eks/addon.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass.js";
import * as pulumi from "@pulumi/pulumi";
import { type Account, managedPolicyArn, policyDocument } from "../shared/account.ts";
import { onGpuNodes } from "./node-pool.ts";
import { type ControlPlane, podIdentityTrust } from "./pod-identity.ts";
import type { KubernetesRelease } from "./versions.ts";

export interface AddOnsArgs {
  readonly account: Account;
  readonly controlPlane: ControlPlane;
  readonly versions: KubernetesRelease["addOns"];
  /** Tags of the disks that are made for pods. */
  readonly tags: Readonly<Record<string, string>>;
  /** The nodes that the add-ons run on. */
  readonly nodes: pulumi.Resource;
}

/** The class of disks that monitoring keeps its data on. */
export const storageClass = "gp3";

/** EKS's own add-ons except the network's: DNS, credentials for pods, and disks for the few pods that keep data. */
export class AddOns extends pulumi.ComponentResource {
  readonly ready: readonly pulumi.Resource[];
  /** The class of pods' disks, and behind it the driver that makes and deletes them. */
  readonly disks: pulumi.Resource;

  constructor(name: string, args: AddOnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:AddOns", name, {}, opts);
    const names = this.createNameServer(name, args);
    const agent = this.createPodIdentityAgent(name, args);
    const driver = this.createDiskDriver(name, args, agent);
    this.createMonitoringAgent(name, args);
    this.disks = this.createStorageClass(name, driver);
    this.ready = [names, agent, driver, this.disks];
    this.registerOutputs({});
  }

  /** After the nodes: it is ready only when its pods run. It takes over what EKS put there with the cluster. */
  private createNameServer(name: string, { controlPlane, versions, nodes }: AddOnsArgs): Addon {
    return new Addon(
      `${name}-coredns`,
      {
        clusterName: controlPlane.clusterName,
        addonName: "coredns",
        addonVersion: versions.coreDns,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
      },
      { parent: this, dependsOn: nodes },
    );
  }

  private createPodIdentityAgent(name: string, { controlPlane, versions, nodes }: AddOnsArgs): Addon {
    return new Addon(
      `${name}-pod-identity-agent`,
      {
        clusterName: controlPlane.clusterName,
        addonName: "eks-pod-identity-agent",
        addonVersion: versions.podIdentityAgent,
      },
      { parent: this, dependsOn: nodes },
    );
  }

  /** Detects failed GPUs, disks and interfaces, and marks their node, which Karpenter then replaces. */
  private createMonitoringAgent(name: string, { controlPlane, versions, nodes }: AddOnsArgs): Addon {
    return new Addon(
      `${name}-node-monitoring-agent`,
      {
        clusterName: controlPlane.clusterName,
        addonName: "eks-node-monitoring-agent",
        addonVersion: versions.nodeMonitoringAgent,
        // The part that reads the GPUs isn't scheduled on tainted nodes by default.
        configurationValues: JSON.stringify({ dcgmAgent: { tolerations: onGpuNodes.tolerations } }),
      },
      { parent: this, dependsOn: nodes },
    );
  }

  private createDiskDriver(
    name: string,
    { account, controlPlane, versions, tags }: AddOnsArgs,
    agent: Addon,
  ): Addon {
    const driverName = `${name}-ebs-csi-driver`;
    const role = new Role(
      driverName,
      {
        name: `${controlPlane.clusterName}-ebs-csi-driver`,
        assumeRolePolicy: policyDocument([podIdentityTrust]),
      },
      { parent: this },
    );
    const attachment = new RolePolicyAttachment(
      driverName,
      { role: role.name, policyArn: managedPolicyArn(account, "service-role/AmazonEBSCSIDriverPolicy") },
      { parent: this },
    );
    return new Addon(
      driverName,
      {
        clusterName: controlPlane.clusterName,
        addonName: "aws-ebs-csi-driver",
        addonVersion: versions.ebsCsiDriver,
        configurationValues: JSON.stringify({ controller: { extraVolumeTags: tags } }),
        podIdentityAssociations: [{ serviceAccount: "ebs-csi-controller-sa", roleArn: role.arn }],
      },
      { parent: this, dependsOn: [agent, attachment] },
    );
  }

  private createStorageClass(name: string, driver: Addon): StorageClass {
    return new StorageClass(
      `${name}-${storageClass}`,
      {
        metadata: {
          name: storageClass,
          annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
        },
        provisioner: "ebs.csi.aws.com",
        parameters: { type: "gp3", encrypted: "true" },
        // The disk has to be in the zone of the pod that uses it.
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
        reclaimPolicy: "Delete",
      },
      { parent: this, dependsOn: driver },
    );
  }
}
