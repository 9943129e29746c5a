import { hex } from "../cloud.ts";
import { record, text } from "../values.ts";
import type { Kind } from "./kind.ts";

/** Where the cluster's API answers; pulumi-eks asks it whether it is healthy. */
const endpoint = process.env.GANTRY_CLOUD_ENDPOINT ?? "https://127.0.0.1:1";
const moment = "2026-11-28T00:00:00Z";

export const eksKinds: Readonly<Record<string, Kind>> = {
  "aws:eks/cluster:Cluster": {
    autoName: ["name", 100],
    once: ({ name }) => text(name),
    replacedBy: ["name", "roleArn", "bootstrapSelfManagedAddons"],
    defaults: { bootstrapSelfManagedAddons: true },
    made: ({ name }, place) => ({
      id: text(name),
      arn: place.arn("eks", `cluster/${name}`),
      endpoint,
      certificateAuthority: { data: "Q0E=" },
      certificateAuthorities: [{ data: "Q0E=" }],
      createdAt: moment,
      status: "ACTIVE",
      platformVersion: "eks.1",
      identities: [
        { oidcs: [{ issuer: `https://oidc.eks.${place.region}.amazonaws.com/id/${hex(32).toUpperCase()}` }] },
      ],
    }),
    shown: (cluster) => ({
      accessConfig: {
        authenticationMode: "CONFIG_MAP",
        bootstrapClusterCreatorAdminPermissions: true,
        ...record(cluster.accessConfig),
      },
      kubernetesNetworkConfig: {
        elasticLoadBalancing: { enabled: false },
        ipFamily: "ipv4",
        serviceIpv4Cidr: "172.20.0.0/16",
        serviceIpv6Cidr: "",
        ...record(cluster.kubernetesNetworkConfig),
      },
      upgradePolicy: cluster.upgradePolicy ?? { supportType: "EXTENDED" },
      vpcConfig: {
        securityGroupIds: [],
        publicAccessCidrs: [],
        ...record(cluster.vpcConfig),
        clusterSecurityGroupId: `sg-0${Buffer.from(text(cluster.name)).toString("hex").padEnd(16, "0").slice(0, 16)}`,
        vpcId: "vpc-0",
      },
    }),
    heldBy: ["aws:eks/nodeGroup:NodeGroup"],
    protects: ({ deletionProtection }) =>
      deletionProtection === true
        ? "InvalidRequestException: cluster has deletion protection enabled"
        : undefined,
    unfinished: { status: "CREATING", endpoint: "", certificateAuthority: { data: "" } },
    minutes: [8, 5],
  },
  "aws:eks/nodeGroup:NodeGroup": {
    autoName: ["nodeGroupName", 63],
    once: ({ clusterName, nodeGroupName }) => `${clusterName} ${nodeGroupName}`,
    replacedBy: [
      "amiType",
      "capacityType",
      "clusterName",
      "diskSize",
      "instanceTypes",
      "nodeGroupName",
      "nodeRoleArn",
      "subnetIds",
    ],
    made: ({ clusterName, nodeGroupName }, place) => ({
      id: `${clusterName}:${nodeGroupName}`,
      arn: place.arn("eks", `nodegroup/${clusterName}/${nodeGroupName}/${uuidOf(nodeGroupName)}`),
      status: "ACTIVE",
      nodeGroupNamePrefix: "",
      resources: [{ autoscalingGroups: [{ name: `eks-${nodeGroupName}` }], remoteAccessSecurityGroupId: "" }],
    }),
    shown: (group) => ({
      capacityType: group.capacityType ?? "ON_DEMAND",
      diskSize: group.diskSize ?? 0,
      updateConfig: group.updateConfig ?? { maxUnavailable: 1 },
      version: group.version ?? "1.36",
    }),
    unfinished: { status: "CREATING", resources: [] },
    minutes: [3, 4],
  },
  "aws:eks/addon:Addon": {
    once: ({ clusterName, addonName }) => `${clusterName} ${addonName}`,
    replacedBy: ["addonName", "clusterName"],
    made: ({ clusterName, addonName }, place) => ({
      id: `${clusterName}:${addonName}`,
      arn: place.arn("eks", `addon/${clusterName}/${addonName}/${uuidOf(addonName)}`),
      createdAt: moment,
      modifiedAt: moment,
    }),
    shown: ({ configurationValues }) => ({ configurationValues: configurationValues ?? "" }),
    minutes: [1, 1],
  },
  "aws:eks/accessEntry:AccessEntry": {
    once: ({ clusterName, principalArn }) => `${clusterName} ${principalArn}`,
    replacedBy: ["clusterName", "principalArn", "type"],
    defaults: { type: "STANDARD" },
    made: ({ clusterName, principalArn }, place) => ({
      id: `${clusterName}:${principalArn}`,
      accessEntryArn: place.arn("eks", `access-entry/${clusterName}/role/${uuidOf(principalArn)}`),
      createdAt: moment,
      modifiedAt: moment,
    }),
    shown: ({ kubernetesGroups, userName, principalArn }) => ({
      kubernetesGroups: kubernetesGroups ?? [],
      userName: userName ?? `${principalArn}/{{SessionName}}`,
    }),
  },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
    untagged: true,
    once: ({ clusterName, principalArn, policyArn }) => `${clusterName} ${principalArn} ${policyArn}`,
    overwrites: true,
    replacedBy: ["accessScope", "clusterName", "policyArn", "principalArn"],
    made: ({ clusterName, principalArn, policyArn }) => ({
      id: `${clusterName}#${principalArn}#${policyArn}`,
      associatedAt: moment,
      modifiedAt: moment,
    }),
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    once: ({ clusterName, namespace, serviceAccount }) => `${clusterName} ${namespace} ${serviceAccount}`,
    replacedBy: ["clusterName", "namespace", "serviceAccount"],
    made: ({ clusterName }, place) => {
      const id = `a-${hex(17)}`;
      return {
        id,
        associationId: id,
        associationArn: place.arn("eks", `podidentityassociation/${clusterName}/${id}`),
        externalId: "",
      };
    },
    importedAs: ({ clusterName }, id) => `${clusterName},${id}`,
  },
};

/** A generated part of an ARN, the same for the same thing. */
function uuidOf(value: unknown): string {
  return Buffer.from(String(value)).toString("hex").padEnd(32, "0").slice(-32);
}
