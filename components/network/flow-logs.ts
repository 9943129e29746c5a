import { FlowLog } from "@pulumi/aws/ec2/flowLog.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { EncryptedLogGroup } from "../data/log-group.ts";
import { type Account, arn, policyDocument } from "../shared/account.ts";

export interface FlowLogsArgs {
  readonly account: Account;
  readonly vpcId: pulumi.Input<string>;
  /** Last part of the log group's name, and first of the role's. */
  readonly group: string;
  /** Bounds the role that writes them. @default none */
  readonly permissionsBoundary?: string | undefined;
  /** Refuse deletion of the logs' key. */
  readonly protect: boolean;
}

/** Flow logs of accepted and rejected traffic in the VPC. */
export class FlowLogs extends pulumi.ComponentResource {
  constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:network:FlowLogs", name, {}, opts);
    const group = `/gantry/flow-logs/${args.group}`;
    const logs = new EncryptedLogGroup(
      `${name}-flow-logs`,
      { account: args.account, group, protect: args.protect },
      { parent: this },
    );
    const role = this.createRole(name, args, group);
    new FlowLog(
      name,
      {
        vpcId: args.vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: logs.arn,
        iamRoleArn: role.arn,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }

  private createRole(name: string, args: FlowLogsArgs, group: string): Role {
    const { account, permissionsBoundary } = args;
    const role = new Role(
      `${name}-flow-logs`,
      {
        name: `${args.group}-flow-logs`,
        ...(permissionsBoundary && { permissionsBoundary }),
        assumeRolePolicy: policyDocument([
          {
            Effect: "Allow",
            Principal: { Service: "vpc-flow-logs.amazonaws.com" },
            Action: "sts:AssumeRole",
            Condition: { StringEquals: { "aws:SourceAccount": account.id } },
          },
        ]),
      },
      { parent: this },
    );
    new RolePolicy(
      `${name}-flow-logs`,
      {
        role: role.name,
        policy: policyDocument([
          {
            Effect: "Allow",
            Action: [
              "logs:CreateLogStream",
              "logs:PutLogEvents",
              "logs:DescribeLogGroups",
              "logs:DescribeLogStreams",
            ],
            Resource: [
              arn(account, "logs", `log-group:${group}`),
              arn(account, "logs", `log-group:${group}:*`),
            ],
          },
        ]),
      },
      { parent: this },
    );
    return role;
  }
}
