import type { PlannedResource } from "../resource.ts";
import { type Properties, unknown, type Wire } from "../wire.ts";
import { defined, type Family, object } from "./family.ts";
import { kubeconfig } from "./kubeconfig.ts";

/** What a cluster is made of. [pulumi/pulumi-eks nodejs/eks/cluster/cluster.ts createCore] */
export function clusterChildren(family: Family): readonly PlannedResource[] {
  const { inputs, name } = family;
  const clusterName = inputs.name ?? `${name}-eksCluster-0a1b2c3`;
  const service = family.child({
    type: "eks:index:ServiceRole",
    name: `${name}-eksRole`,
    inputs: {
      assumeRoleActions: ["sts:AssumeRole", "sts:TagSession"],
      description: "Allows EKS to manage clusters on your behalf.",
      managedPolicyArns: [{ arn: clusterPolicy, id: clusterPolicy }],
      service: "eks.amazonaws.com",
    },
  });
  const statement = {
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Effect: "Allow",
    Principal: { Service: ["eks.amazonaws.com"] },
  };
  const role = family.child({
    type: "aws:iam/role:Role",
    name: `${name}-eksRole-role`,
    parent: service,
    inputs: {
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      description: "Allows EKS to manage clusters on your behalf.",
    },
  });
  const attachment = family.child({
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    name: `${name}-eksRole-4b490823`,
    parent: service,
    inputs: { policyArn: clusterPolicy, role: family.later(`${role.name}-0a1b2c3`) },
    behind: { role: [role.urn] },
  });
  const cluster = family.child({
    type: "aws:eks/cluster:Cluster",
    name: `${name}-eksCluster`,
    inputs: clusterInputs(family, role),
    behind: {
      encryptionConfig: family.behind("encryptionConfigKeyArn"),
      roleArn: [role.urn],
      vpcConfig: family.behind("subnetIds"),
    },
    after: [attachment.urn],
    ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
  });
  const behind = { clusterName: [cluster.urn] };
  const addOn = (addonName: string, options: Properties): PlannedResource =>
    family.child({
      type: "aws:eks/addon:Addon",
      name: `${name}-${addonName}`,
      inputs: { addonName, clusterName, preserve: true, ...resolve, ...options },
      behind,
    });
  const coredns = object(inputs.corednsAddonOptions);
  const network = family.child({
    type: "eks:index:VpcCniAddon",
    name: `${name}-vpc-cni`,
    inputs: {
      ...resolve,
      ...object(inputs.vpcCniOptions),
      clusterName,
      ...defined({ clusterVersion: inputs.version ?? null }),
    },
    behind: { ...behind, clusterVersion: [cluster.urn] },
  });
  return [
    service,
    role,
    attachment,
    cluster,
    ...entries(family, clusterName, cluster),
    // Without nodes of its own the component makes it only where it is enabled.
    ...(coredns.enabled === true ? [addOn("coredns", version(coredns))] : []),
    addOn("kube-proxy", version(object(inputs.kubeProxyAddonOptions))),
    family.child({
      type: "pulumi:providers:kubernetes",
      name: `${name}-eks-k8s`,
      inputs: { kubeconfig: family.later(JSON.stringify(kubeconfig(inputs))), version: ownKubernetes },
      behind: { kubeconfig: [cluster.urn] },
    }),
    network,
    family.child({
      type: "aws:eks/addon:Addon",
      name: `${name}-vpc-cni`,
      parent: network,
      inputs: {
        addonName: "vpc-cni",
        clusterName,
        configurationValues: vpcCni(object(inputs.vpcCniOptions)),
        preserve: true,
        ...resolve,
        ...version({ version: object(inputs.vpcCniOptions).addonVersion ?? null }),
      },
      behind,
    }),
  ];
}

/** The version of @pulumi/kubernetes that the provider is built with. [pulumi/pulumi-eks v4.3.0 nodejs/eks/yarn.lock] */
const ownKubernetes = "4.19.0";
const clusterPolicy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
const resolve = { resolveConflictsOnCreate: "OVERWRITE", resolveConflictsOnUpdate: "OVERWRITE" };

function clusterInputs(family: Family, role: PlannedResource): Properties {
  const { inputs, name, remote } = family;
  const key = inputs.encryptionConfigKeyArn;
  const encrypted = key === unknown ? unknown : { provider: { keyArn: key ?? null }, resources: ["secrets"] };
  return {
    accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
    bootstrapSelfManagedAddons: true,
    deletionProtection: inputs.deletionProtection ?? null,
    enabledClusterLogTypes: inputs.enabledClusterLogTypes ?? null,
    // Computed from the key with one `apply`: all of it is unknown until there is a key.
    encryptionConfig: key === undefined ? null : encrypted,
    kubernetesNetworkConfig: defined({
      ipFamily: "ipv4",
      serviceIpv4Cidr: inputs.kubernetesServiceIpAddressRange ?? null,
    }),
    name: inputs.name ?? null,
    roleArn: remote.deployed ? `arn:aws:iam::111122223333:role/${role.name}-0a1b2c3` : unknown,
    tags: { Name: `${name}-eksCluster` },
    version: inputs.version ?? null,
    vpcConfig: defined({
      endpointPrivateAccess: inputs.endpointPrivateAccess ?? null,
      endpointPublicAccess: inputs.endpointPublicAccess ?? null,
      publicAccessCidrs: inputs.publicAccessCidrs ?? null,
      subnetIds: inputs.subnetIds ?? null,
    }),
  };
}

function entries(family: Family, clusterName: Wire, cluster: PlannedResource): readonly PlannedResource[] {
  const { inputs, name } = family;
  return Object.entries(object(inputs.accessEntries)).flatMap(([key, value]) => {
    const { accessPolicies, ...entry } = object(value);
    const behind = { clusterName: [cluster.urn] };
    const own = family.child({
      type: "aws:eks/accessEntry:AccessEntry",
      name: `${name}-${key}`,
      inputs: { clusterName, ...entry },
      behind: {
        ...behind,
        principalArn: entry.principalArn === unknown ? family.behind("accessEntries") : [],
      },
    });
    const policies = Object.entries(object(accessPolicies)).map(([policy, given]) =>
      family.child({
        type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        name: `${name}-${key}-${policy}`,
        inputs: { clusterName, principalArn: entry.principalArn ?? null, ...object(given) },
        behind,
      }),
    );
    return [own, ...policies];
  });
}

/** The add-on's values with the component's defaults, sorted. [pulumi/pulumi-eks nodejs/eks/addons/cni-addon.ts computeEnv] */
function vpcCni(options: Properties): string {
  return JSON.stringify({
    ...(options.enableNetworkPolicy !== undefined && {
      enableNetworkPolicy: String(options.enableNetworkPolicy),
    }),
    env: {
      AWS_VPC_ENI_MTU: "9001",
      AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "false",
      AWS_VPC_K8S_CNI_EXTERNALSNAT: "false",
      AWS_VPC_K8S_CNI_LOGLEVEL: options.logLevel ?? "DEBUG",
      AWS_VPC_K8S_CNI_LOG_FILE: "/host/var/log/aws-routed-eni/ipamd.log",
      AWS_VPC_K8S_CNI_VETHPREFIX: "eni",
      AWS_VPC_K8S_PLUGIN_LOG_FILE: "/var/log/aws-routed-eni/plugin.log",
      AWS_VPC_K8S_PLUGIN_LOG_LEVEL: "DEBUG",
      ENABLE_POD_ENI: "false",
      WARM_ENI_TARGET: "1",
    },
    init: { env: { DISABLE_TCP_EARLY_DEMUX: "false" } },
  });
}

/**
 * The whole list of subnets is unknown while one of them is, and the cluster's name while the cluster is.
 * [pulumi/pulumi-eks nodejs/eks/nodes/nodegroup.ts createManagedNodeGroup]
 */
export function nodeGroupChildren(family: Family): readonly PlannedResource[] {
  const { inputs, name } = family;
  const { cluster: _, subnetIds, ...rest } = inputs;
  const known = Array.isArray(subnetIds) && !subnetIds.includes(unknown);
  return [
    family.child({
      type: "aws:eks/nodeGroup:NodeGroup",
      name,
      inputs: { ...rest, clusterName: family.later("recorded"), subnetIds: known ? subnetIds : unknown },
      behind: Object.fromEntries(
        ["launchTemplate", "nodeRoleArn", "subnetIds"].map((input) => [input, family.behind(input)]),
      ),
    }),
  ];
}

function version({ version: addonVersion = null }: Properties): Properties {
  return defined({ addonVersion });
}
