import { clusterChildren, nodeGroupChildren } from "./eks-children.ts";
import type { RecordedComponent } from "./family.ts";
import { kubeconfig } from "./kubeconfig.ts";

/**
 * What the components of @pulumi/eks 4.3.0 make, which only their own provider knows: recorded from a preview and an
 * update with the Pulumi CLI 3.260 and that provider. It is a fixture. The children are those for the inputs that this
 * program gives; for any other input `remoteChildren` refuses to answer instead of guessing.
 */
export const recordedFrom = "@pulumi/eks 4.3.0";

/** The types of @pulumi/eks set both to OVERWRITE. */
const onConflict = ["resolveConflictsOnCreate", "resolveConflictsOnUpdate"];

/** Remote components of which the children are known, by type. */
export const recorded: Readonly<{ [type: string]: RecordedComponent }> = {
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
