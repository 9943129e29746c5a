import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "../shared/account.ts";

/** The cluster by its plain name, with what has to be there before anything can name it. */
export interface ControlPlane {
  readonly clusterName: string;
  readonly cluster: pulumi.Resource;
  /** Bounds the roles of workloads. @default none */
  readonly permissionsBoundary?: string | undefined;
}

export interface PodIdentityArgs {
  readonly controlPlane: ControlPlane;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The workload's permissions. Empty: an identity to which others attach permissions. */
  readonly statements: readonly Statement[];
  /** Whether the service account is made here; `false` for a chart that makes its own. @default true */
  readonly createServiceAccount?: boolean;
  /** The namespace, where it is made by the program. A component's own `dependsOn` doesn't reach its children. */
  readonly namespaceReady?: pulumi.Resource;
}

/** Lets EKS hand a role to the pods that it is associated with. */
export const podIdentityTrust = {
  Effect: "Allow",
  Principal: { Service: "pods.eks.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession"],
} as const;

/** One workload's identity in AWS: a role that only this service account of this cluster gets. [EKS Pod Identity] */
export class PodIdentity extends pulumi.ComponentResource {
  readonly roleName: pulumi.Output<string>;

  constructor(name: string, args: PodIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:PodIdentity", name, {}, opts);
    const role = this.createRole(name, args);
    this.associate(name, args, role);
    this.roleName = role.name;
    this.registerOutputs({});
  }

  private createRole(name: string, { controlPlane, statements }: PodIdentityArgs): Role {
    const { clusterName, permissionsBoundary } = controlPlane;
    const role = new Role(
      name,
      {
        // By the environment: who deploys it may write roles of this name only.
        name: `${clusterName}-${name}`,
        assumeRolePolicy: policyDocument([podIdentityTrust]),
        ...(permissionsBoundary && { permissionsBoundary }),
      },
      { parent: this },
    );
    if (statements.length > 0) {
      new RolePolicy(name, { role: role.name, policy: policyDocument(statements) }, { parent: this });
    }
    return role;
  }

  private associate(name: string, args: PodIdentityArgs, role: Role) {
    const { controlPlane, namespace, serviceAccount } = args;
    if (args.createServiceAccount ?? true) {
      new ServiceAccount(
        name,
        { metadata: { name: serviceAccount, namespace }, automountServiceAccountToken: false },
        { parent: this, ...(args.namespaceReady && { dependsOn: args.namespaceReady }) },
      );
    }
    new PodIdentityAssociation(
      name,
      { clusterName: controlPlane.clusterName, namespace, serviceAccount, roleArn: role.arn },
      { parent: this, dependsOn: controlPlane.cluster },
    );
  }
}
