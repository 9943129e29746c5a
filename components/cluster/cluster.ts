import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Cluster as EksCluster } from "@pulumi/eks/cluster.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { EncryptedLogGroup } from "../data/log-group.ts";
import { serviceRange } from "../network/service-range.ts";
import { type Account, clusterAccessPolicyArn } from "../shared/account.ts";
import { AddOns } from "./add-ons.ts";
import { NodeRole } from "./node-role.ts";
import { SystemNodes } from "./system-nodes.ts";
import { type KubernetesRelease, kubernetesRelease } from "./versions.ts";

export interface ClusterArgs {
  readonly account: Account;
  /** The cluster's own name. */
  readonly name: string;
  readonly network: {
    readonly vpcId: pulumi.Input<string>;
    readonly privateSubnetIds: readonly pulumi.Input<string>[];
  };
  /** As `1.36`. */
  readonly version: string;
  /** Who reaches the Kubernetes API from outside the VPC. With `private`, Pulumi itself runs inside it. */
  readonly endpoint: { readonly publicFrom: readonly string[] } | { readonly private: true };
  readonly systemNodes: { readonly instanceType: string; readonly min: number; readonly max: number };
  /** IAM roles with cluster-admin access, beside the one that creates the cluster. */
  readonly admins: readonly string[];
  readonly protect: boolean;
}

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** A Kubernetes cluster with its system nodes. Stateful: the control plane's store, which EKS keeps. */
export class Cluster extends pulumi.ComponentResource {
  readonly name: string;
  /** Makes things in this cluster. */
  readonly kubernetes: Provider;
  /** What GPU nodes are: an identity by name, so that it is known at preview. */
  readonly gpuNodes: { readonly roleName: string; readonly instanceProfile: string; readonly image: string };
  /** What anything in the cluster waits for: nodes, and credentials and disks for pods. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:Cluster", name, {}, opts);
    this.name = args.name;
    const release = kubernetesRelease(args.version);
    this.gpuNodes = {
      roleName: `${args.name}-gpu-node`,
      instanceProfile: `${args.name}-gpu-node`,
      image: release.gpuNodes,
    };

    const key = this.createSecretsKey(name, args);
    const logs = this.createLogGroup(name, args);
    const gpuRole = this.createGpuNodeIdentity(name, args);
    const cluster = this.createCluster(name, args, release, { key, logs, gpuRole });
    this.kubernetes = this.createProvider(name, cluster);
    const nodes = this.createSystemNodes(name, args, release, cluster);
    const addOns = this.createAddOns(name, args, release, nodes);

    this.ready = [nodes.group, ...addOns.ready];
    this.registerOutputs({});
  }

  private createSecretsKey(name: string, args: ClusterArgs): Key {
    const key = new Key(
      name,
      {
        description: `Kubernetes secrets of ${args.name}`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
      },
      { parent: this, protect: args.protect },
    );
    new Alias(name, { name: `alias/${args.name}/kubernetes`, targetKeyId: key.keyId }, { parent: this });
    return key;
  }

  /** EKS writes to the group of this name and would make it without end or key. */
  private createLogGroup(name: string, args: ClusterArgs): EncryptedLogGroup {
    return new EncryptedLogGroup(
      `${name}-logs`,
      { account: args.account, group: `/aws/eks/${args.name}/cluster`, protect: args.protect },
      { parent: this },
    );
  }

  private createGpuNodeIdentity(name: string, { account }: ClusterArgs): NodeRole {
    const role = new NodeRole(
      `${name}-gpu-node`,
      { account, roleName: this.gpuNodes.roleName },
      { parent: this },
    );
    new InstanceProfile(
      `${name}-gpu-node`,
      { name: this.gpuNodes.instanceProfile, role: role.role.name },
      { parent: this },
    );
    return role;
  }

  private createCluster(
    name: string,
    args: ClusterArgs,
    { addOns }: KubernetesRelease,
    { key, logs, gpuRole }: { key: Key; logs: EncryptedLogGroup; gpuRole: NodeRole },
  ): EksCluster {
    const { account, network, endpoint } = args;
    const reach =
      "publicFrom" in endpoint
        ? { endpointPublicAccess: true, publicAccessCidrs: [...endpoint.publicFrom] }
        : { endpointPublicAccess: false };
    const admin = {
      policyArn: clusterAccessPolicyArn(account, "AmazonEKSClusterAdminPolicy"),
      accessScope: { type: "cluster" },
    };
    const admins = args.admins.map((principalArn) => [
      principalArn.split("/").at(-1) ?? principalArn,
      { principalArn, accessPolicies: { admin } },
    ]);
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
        accessEntries: {
          ...Object.fromEntries(admins),
          // Karpenter's nodes; managed node groups get theirs from EKS.
          "gpu-nodes": { principalArn: gpuRole.role.arn, type: "EC2_LINUX" },
        },
        enabledClusterLogTypes: logTypes,
        encryptionConfigKeyArn: key.arn,
        deletionProtection: args.protect,
        skipDefaultNodeGroup: true,
        // EKS's own group is enough; the component's would open egress to everywhere.
        skipDefaultSecurityGroups: true,
        createOidcProvider: false,
        vpcCniOptions: { addonVersion: addOns.vpcCni, enableNetworkPolicy: true, logLevel: "INFO" },
        // Without nodes it would wait for ever; it comes with the other add-ons.
        corednsAddonOptions: { enabled: false },
        kubeProxyAddonOptions: { version: addOns.kubeProxy },
      },
      { parent: this, dependsOn: [logs], protect: args.protect },
    );
  }

  private createProvider(name: string, cluster: EksCluster): Provider {
    return new Provider(
      name,
      { kubeconfig: cluster.kubeconfigJson, enableServerSideApply: true },
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
        ...systemNodes,
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
      { account: args.account, clusterName: args.name, versions: release.addOns, nodes: nodes.group },
      { parent: this, providers: [this.kubernetes] },
    );
  }
}
