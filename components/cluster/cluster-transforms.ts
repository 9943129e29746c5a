import * as pulumi from "@pulumi/pulumi";

/** The component's role, named as all others of the environment are. */
export const ownRoleName =
  (clusterName: string): pulumi.ResourceTransform =>
  ({ type, props, opts }) =>
    type === "aws:iam/role:Role" ? { props: { ...props, name: `${clusterName}-cluster` }, opts } : undefined;

/** Keeps the subnets that the cluster was created with, even if the configuration changes. */
export const keepSubnets: pulumi.ResourceTransform = ({ type, props, opts }) =>
  type === "aws:eks/cluster:Cluster"
    ? {
        props,
        opts: pulumi.mergeOptions(opts as pulumi.CustomResourceOptions, {
          ignoreChanges: ["vpcConfig.subnetIds"],
        }),
      }
    : undefined;
