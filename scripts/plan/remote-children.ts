import { type PlannedResource, urnOf } from "./resource.ts";
import { isObject, type Properties, unknown, type Wire } from "./wire.ts";

/**
 * What the components of @pulumi/eks 4.3.0 make, which only their own provider knows: recorded from a preview and an
 * update with the Pulumi CLI 3.260 and that provider. It is a fixture. The children are those for the inputs that this
 * program gives; for any other input `remoteChildren` refuses to answer instead of guessing.
 * [pulumi/pulumi-eks nodejs/eks/cluster/cluster.ts createCore, nodes/nodegroup.ts createManagedNodeGroup]
 */
const recordedFrom = "@pulumi/eks 4.3.0";

export interface Remote {
  readonly component: PlannedResource;
  readonly project: string;
  readonly stack: string;
  /** URN of the provider that the component hands to its children of AWS. */
  readonly awsProvider?: string;
  /** Whether what AWS computes is known, as once the stack is up. */
  readonly deployed: boolean;
}

/** A remote component whose children nobody recorded. */
export class UnjudgedError extends Error {
  override readonly name = "UnjudgedError";
}

/**
 * The resources that a remote component makes, in the order of their registration.
 * @throws UnjudgedError where they aren't recorded
 */
export function remoteChildren(remote: Remote): readonly PlannedResource[] {
  const { type, urn } = remote.component;
  const record = recorded[type];
  if (record === undefined) throw new UnjudgedError(unjudged(urn, `its type isn't recorded`));
  const { inputs } = remote.component;
  const others = Object.entries(inputs).flatMap(([name, value]) => {
    const options = record.options?.[name];
    if (options === undefined || !isObject(value)) return record.inputs.includes(name) ? [] : [name];
    return Object.keys(value).flatMap((option) => (options.includes(option) ? [] : [`${name}.${option}`]));
  });
  if (others.length > 0)
    throw new UnjudgedError(unjudged(urn, `nothing is recorded for ${others.join(", ")}`));
  for (const [name, value] of Object.entries(record.fixed))
    if (!matches(inputs[name], value))
      throw new UnjudgedError(unjudged(urn, `it is recorded only where ${name} is ${String(value)}`));
  return record.children(new Family(remote));
}

function matches(given: Wire | undefined, wanted: Wire | RegExp): boolean {
  return wanted instanceof RegExp ? typeof given === "string" && wanted.test(given) : given === wanted;
}

/** What a recorded component answers; nothing is known of it before it is up. */
export function remoteOutputs({ type, inputs }: PlannedResource): Properties {
  return recorded[type]?.outputs(inputs) ?? {};
}

function unjudged(urn: string, why: string): string {
  return (
    `${urn} is a remote component, whose provider alone knows what it makes: ${why}, so no rule judges its resources. ` +
    "Preview it with the Pulumi CLI and the policy pack, and add what you see to scripts/plan/remote-children.ts"
  );
}

interface Record {
  /** Inputs that the children were recorded with, whatever their value. */
  readonly inputs: readonly string[];
  /** Inputs of which single options were recorded. */
  readonly options?: Readonly<{ [input: string]: readonly string[] }>;
  /** Values, or what they match, that the children were recorded with. */
  readonly fixed: Readonly<{ [input: string]: Wire | RegExp }>;
  children(family: Family): readonly PlannedResource[];
  outputs(inputs: Properties): Properties;
}

/** The types of @pulumi/eks set both to OVERWRITE. */
const onConflict = ["resolveConflictsOnCreate", "resolveConflictsOnUpdate"];

const recorded: Readonly<{ [type: string]: Record }> = {
  "eks:index:Cluster": {
    inputs: [
      ...["accessEntries", "authenticationMode", "createOidcProvider", "deletionProtection"],
      ...[
        "enabledClusterLogTypes",
        "encryptionConfigKeyArn",
        "endpointPrivateAccess",
        "endpointPublicAccess",
      ],
      ...["kubernetesServiceIpAddressRange", "name", "publicAccessCidrs"],
      ...["skipDefaultNodeGroup", "skipDefaultSecurityGroups", "subnetIds", "version", "vpcId"],
    ],
    options: {
      corednsAddonOptions: ["enabled", "version", ...onConflict],
      kubeProxyAddonOptions: ["version", ...onConflict],
      vpcCniOptions: ["addonVersion", "enableNetworkPolicy", "logLevel", ...onConflict],
    },
    fixed: {
      authenticationMode: "API",
      createOidcProvider: false,
      skipDefaultNodeGroup: true,
      skipDefaultSecurityGroups: true,
    },
    children: clusterChildren,
    outputs: (inputs) => ({
      autoModeNodeRoleName: "",
      clusterIngressRuleId: "",
      clusterSecurityGroupId: "sg-0a1b2c3d4e5f60718",
      core: {
        cluster: inputs.name ?? "",
        endpoint: "https://0a1b.gr7.us-east-1.eks.amazonaws.com",
        vpcId: inputs.vpcId ?? "",
      },
      defaultNodeGroupAsgName: "",
      eksCluster: inputs.name ?? "",
      fargateProfileId: "",
      fargateProfileStatus: "",
      instanceRoles: [],
      kubeconfig: kubeconfig(inputs),
      kubeconfigJson: JSON.stringify(kubeconfig(inputs)),
      nodeSecurityGroupId: "sg-0a1b2c3d4e5f60718",
      oidcIssuer: "oidc.eks.us-east-1.amazonaws.com/id/0A1B",
      oidcProviderArn: "",
      oidcProviderUrl: "https://oidc.eks.us-east-1.amazonaws.com/id/0A1B",
    }),
  },
  "eks:index:ManagedNodeGroup": {
    inputs: [
      ...["amiType", "cluster", "instanceTypes", "labels", "launchTemplate", "nodeRoleArn", "releaseVersion"],
      ...["scalingConfig", "subnetIds", "taints", "version"],
    ],
    fixed: {},
    children: nodeGroupChildren,
    outputs: () => ({ nodeGroup: "recorded:node-group", placementGroupName: "" }),
  },
  // Kinds of custom resources, which no rule reads; a file of anything else isn't recorded.
  "kubernetes:yaml/v2:ConfigFile": {
    inputs: ["file", "resourcePrefix"],
    fixed: { file: /\/[\w-]*crds\.yaml$/ },
    children: () => [],
    outputs: () => ({ resources: [] }),
  },
};

function kubeconfig({ name = "" }: Properties): Properties {
  const cluster = {
    server: "https://0a1b.gr7.us-east-1.eks.amazonaws.com",
    "certificate-authority-data": "Q0E=",
  };
  const args = ["eks", "get-token", "--cluster-name", name];
  return {
    apiVersion: "v1",
    clusters: [{ name: "kubernetes", cluster }],
    contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
    "current-context": "aws",
    kind: "Config",
    users: [
      {
        name: "aws",
        user: { exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "aws", args } },
      },
    ],
  };
}

/** Makes children of one component, each marked as recorded. */
class Family {
  readonly remote: Remote;
  readonly inputs: Properties;
  readonly name: string;

  constructor(remote: Remote) {
    this.remote = remote;
    this.inputs = remote.component.inputs;
    this.name = remote.component.name;
  }

  /** What is known once the stack is up. */
  later(value: Wire): Wire {
    return this.remote.deployed ? value : unknown;
  }

  /** URNs behind an input of the component. */
  behind(input: string): readonly string[] {
    return this.remote.component.propertyDependencies[input] ?? [];
  }

  child(given: {
    readonly type: string;
    readonly name: string;
    readonly inputs: Properties;
    readonly parent?: PlannedResource;
    readonly behind?: Readonly<{ [property: string]: readonly string[] }>;
    readonly ignoreChanges?: readonly string[];
  }): PlannedResource {
    const { type, name, inputs, parent = this.remote.component, behind = {}, ignoreChanges = [] } = given;
    const { project, stack, awsProvider } = this.remote;
    return {
      urn: urnOf({ project, stack, parent: parent.urn, type, name }),
      type,
      name,
      custom: !type.startsWith("eks:"),
      remote: false,
      parent: parent.urn,
      inputs: defined(inputs),
      dependencies: [...new Set(Object.values(behind).flat())],
      propertyDependencies: behind,
      ...(type.startsWith("aws:") && awsProvider !== undefined && { provider: awsProvider }),
      protect: false,
      ignoreChanges,
      timeouts: {},
      recorded: recordedFrom,
    };
  }
}

function clusterChildren(family: Family): readonly PlannedResource[] {
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
      inputs: { kubeconfig: family.later(JSON.stringify(kubeconfig(inputs))), version: "4.34.2" },
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

function vpcCni(options: Properties): string {
  return JSON.stringify({
    ...(options.enableNetworkPolicy !== undefined && {
      enableNetworkPolicy: String(options.enableNetworkPolicy),
    }),
    env: { AWS_VPC_K8S_CNI_LOGLEVEL: options.logLevel ?? "DEBUG" },
    init: { env: { DISABLE_TCP_EARLY_DEMUX: "false" } },
  });
}

/** The whole list of subnets is unknown while one of them is, and the cluster's name while the cluster is. */
function nodeGroupChildren(family: Family): readonly PlannedResource[] {
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

function object(value: Wire | undefined): Properties {
  return isObject(value) ? value : {};
}

/** Without what isn't set. */
function defined(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}
