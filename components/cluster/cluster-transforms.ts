import * as pulumi from "@pulumi/pulumi";

/** The component's role, named as all others of the environment are. */
export const ownRoleName =
  (clusterName: string): pulumi.ResourceTransform =>
  ({ type, props, opts }) =>
    type === "aws:iam/role:Role" ? { props: { ...props, name: `${clusterName}-cluster` }, opts } : undefined;

/** Subnets of the cluster that EKS has, whatever the configuration says since. */
export const keepSubnets: pulumi.ResourceTransform = ({ type, props, opts }) =>
  type === "aws:eks/cluster:Cluster"
    ? {
        props,
        opts: pulumi.mergeOptions(opts as pulumi.CustomResourceOptions, {
          ignoreChanges: ["vpcConfig.subnetIds"],
        }),
      }
    : undefined;
