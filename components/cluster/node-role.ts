import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { type Account, managedPolicyArn, policyDocument } from "../shared/account.ts";

export interface NodeRoleArgs {
  readonly account: Account;
  /** The role's own name, at most 64 characters. */
  readonly roleName: string;
}

/** The permissions of a node before any pod has an identity: to join, to give pods addresses, to pull images. */
const nodePolicies = [
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKS_CNI_Policy",
  "AmazonEC2ContainerRegistryPullOnly",
];

/** The identity of a node. Pods don't get it: the metadata service is one hop away, they are two. */
export class NodeRole extends pulumi.ComponentResource {
  readonly role: Role;
  /** Its policy attachments: nodes that lose these before they are terminated can't drain. */
  readonly policies: readonly RolePolicyAttachment[];

  constructor(name: string, args: NodeRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:NodeRole", name, {}, opts);
    this.role = this.createRole(name, args);
    this.policies = this.attachPolicies(name, args);
    this.registerOutputs({});
  }

  private createRole(name: string, { roleName }: NodeRoleArgs): Role {
    return new Role(
      name,
      {
        name: roleName,
        assumeRolePolicy: policyDocument([
          { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
        ]),
      },
      { parent: this },
    );
  }

  private attachPolicies(name: string, { account }: NodeRoleArgs): RolePolicyAttachment[] {
    return nodePolicies.map(
      (policy) =>
        new RolePolicyAttachment(
          `${name}-${policy}`,
          { role: this.role.name, policyArn: managedPolicyArn(account, policy) },
          { parent: this },
        ),
    );
  }
}
