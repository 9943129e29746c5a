import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Cluster as EksCluster } from "@pulumi/eks/cluster.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { serviceRange } from "../network/service-range.ts";
import type { Account } from "../shared/account.ts";
import { keyDeletion } from "../shared/deletion.ts";
import { accessEntries } from "./access-entries.ts";
import { AddOns } from "./add-ons.ts";
import type { ClusterSettings } from "./cluster-settings.ts";
import { keepSubnets, ownRoleName } from "./cluster-transforms.ts";
import { NodeRole } from "./node-role.ts";
import type { ControlPlane } from "./pod-identity.ts";
import { SystemNodes } from "./system-nodes.ts";
import { type KubernetesRelease, kubernetesRelease } from "./versions.ts";

export interface ClusterArgs extends ClusterSettings {
  readonly account: Account;
  /** The cluster's own name. */
  readonly name: string;
  readonly network: {
    readonly vpcId: pulumi.Input<string>;
    readonly privateSubnetIds: readonly pulumi.Input<string>[];
    /** What nodes reach AWS through: created before the first node and deleted after the last one. */
    readonly egress: readonly pulumi.Resource[];
  };
  /** The group that the control plane logs to. */
  readonly logs: pulumi.Resource;
  /** Tags of what EC2 makes for the cluster, which the provider's default tags don't reach. */
  readonly tags: Readonly<Record<string, string>>;
  /** Bounds the roles of workloads. @default none */
  readonly permissionsBoundary?: string | undefined;
  readonly protect: boolean;
}

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** A Kubernetes cluster with its system nodes. Stateful: the control plane's store, which EKS keeps. */
export class Cluster extends pulumi.ComponentResource {
  readonly name: string;
  /** Creates objects in this cluster. */
  readonly kubernetes: Provider;
  /** The cluster by its plain name, for what names it. */
  readonly controlPlane: ControlPlane;
  /** The identity of GPU nodes, by name so that it is known at preview, and the resources of these names. */
  readonly gpuNodes: {
    readonly roleName: string;
    readonly instanceProfile: string;
    readonly image: string;
    readonly identity: readonly pulumi.Resource[];
  };
  /** Where pods' disks come from. */
  readonly disks: pulumi.Resource;
  /** What every object in the cluster depends on: nodes, and credentials and disks for pods. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:Cluster", name, {}, opts);
    this.name = args.name;
    const release = kubernetesRelease(args.version);

    const key = this.createSecretsKey(name, args);
    const gpuRole = this.createGpuNodeRole(name, args);
    const profile = this.createInstanceProfile(name, args, gpuRole);
    const cluster = this.createCluster(name, args, release, { key, gpuRole });
    this.controlPlane = { clusterName: args.name, cluster, permissionsBoundary: args.permissionsBoundary };
    this.gpuNodes = {
      roleName: gpuNodeName(args),
      instanceProfile: gpuNodeName(args),
      image: release.gpuNodes,
      identity: [profile, ...gpuRole.policies],
    };
    this.kubernetes = this.createProvider(name, cluster);
    const nodes = this.createSystemNodes(name, args, release, cluster);
    const addOns = this.createAddOns(name, args, release, nodes);

    this.disks = addOns.disks;
    this.ready = [nodes.group, ...addOns.ready];
    this.registerOutputs({});
  }

  private createSecretsKey(name: string, args: ClusterArgs): Key {
    const key = new Key(
      name,
      {
        description: `Kubernetes secrets of ${args.name}`,
        enableKeyRotation: true,
        ...keyDeletion(args.protect),
      },
      { parent: this, protect: args.protect },
    );
    new Alias(name, { name: `alias/${args.name}/kubernetes`, targetKeyId: key.keyId }, { parent: this });
    return key;
  }

  private createGpuNodeRole(name: string, args: ClusterArgs): NodeRole {
    return new NodeRole(
      `${name}-gpu-node`,
      { account: args.account, roleName: gpuNodeName(args) },
      { parent: this },
    );
  }

  private createInstanceProfile(name: string, args: ClusterArgs, { role }: NodeRole): InstanceProfile {
    return new InstanceProfile(
      `${name}-gpu-node`,
      { name: gpuNodeName(args), role: role.name },
      { parent: this },
    );
  }

  private createCluster(
    name: string,
    args: ClusterArgs,
    { addOns }: KubernetesRelease,
    { key, gpuRole }: { readonly key: Key; readonly gpuRole: NodeRole },
  ): EksCluster {
    const { network, endpoint } = args;
    const reach = endpoint.publicFrom
      ? { endpointPublicAccess: true, publicAccessCidrs: [...endpoint.publicFrom] }
      : { endpointPublicAccess: false };
    return new EksCluster(
      name,
      {
        name: args.name,
        version: args.version,
        vpcId: network.vpcId,
        subnetIds: [...network.privateSubnetIds],
        kubernetesServiceIpAddressRange: serviceRange,
        endpointPrivateAccess: true,
        ...reach,
        authenticationMode: "API",
        accessEntries: accessEntries(args, gpuRole.role.arn),
        enabledClusterLogTypes: logTypes,
        encryptionConfigKeyArn: key.arn,
        deletionProtection: args.protect,
        skipDefaultNodeGroup: true,
        // EKS's own group is enough; the component's would open egress to everywhere.
        skipDefaultSecurityGroups: true,
        createOidcProvider: false,
        vpcCniOptions: { addonVersion: addOns.vpcCni, enableNetworkPolicy: true, logLevel: "INFO" },
        // Without nodes it would never become ready; it is installed with the other add-ons.
        corednsAddonOptions: { enabled: false },
        kubeProxyAddonOptions: { version: addOns.kubeProxy },
      },
      {
        parent: this,
        dependsOn: [args.logs],
        protect: args.protect,
        // EKS refuses subnets in zones that a cluster wasn't made with, so it keeps those that it was made with; nodes
        // use all. The component makes the cluster, and its options reach that only this way.
        ignoreChanges: ["subnetIds"],
        transforms: [keepSubnets, ownRoleName(args.name)],
      },
    );
  }

  private createProvider(name: string, cluster: EksCluster): Provider {
    return new Provider(
      name,
      {
        kubeconfig: cluster.kubeconfigJson,
        enableServerSideApply: true,
        // Otherwise new data deletes a ConfigMap of a fixed name before it makes it again: a pod that starts meanwhile
        // mounts nothing, and an update that is interrupted there leaves none. [pulumi-kubernetes provider/pkg/provider/diff.go]
        enableConfigMapMutable: true,
      },
      { parent: this },
    );
  }

  private createSystemNodes(
    name: string,
    args: ClusterArgs,
    release: KubernetesRelease,
    cluster: EksCluster,
  ) {
    const { account, network, systemNodes } = args;
    return new SystemNodes(
      `${name}-system`,
      {
        account,
        cluster,
        clusterName: args.name,
        subnetIds: network.privateSubnetIds,
        egress: network.egress,
        tags: args.tags,
        ...systemNodes,
        version: args.version,
        releaseVersion: release.systemNodes,
      },
      { parent: this },
    );
  }

  private createAddOns(
    name: string,
    args: ClusterArgs,
    release: KubernetesRelease,
    nodes: SystemNodes,
  ): AddOns {
    return new AddOns(
      name,
      {
        account: args.account,
        controlPlane: this.controlPlane,
        versions: release.addOns,
        tags: args.tags,
        nodes: nodes.group,
      },
      { parent: this, providers: [this.kubernetes] },
    );
  }
}

function gpuNodeName({ name }: ClusterArgs): string {
  return `${name}-gpu-node`;
}
