import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import * as pulumi from "@pulumi/pulumi";
import { type Account, accountRoot, arn, policyDocument } from "../shared/account.ts";
import { keyDeletion, logGroupDeletion } from "../shared/deletion.ts";

export interface EncryptedLogGroupArgs {
  readonly account: Account;
  /** The group's own name, such as `/aws/eks/gantry-dev/cluster`. */
  readonly group: string;
  /** @default 90 */
  readonly retentionDays?: number;
  /** Refuse deletion of the group, and of the key without which it can't be read. */
  readonly protect: boolean;
}

/** Long enough for an incident that is noticed at the end of a quarter. */
const defaultRetentionDays = 90;

/** Logs in CloudWatch that expire, under a key that only this group's service may use. */
export class EncryptedLogGroup extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EncryptedLogGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:data:EncryptedLogGroup", name, {}, opts);
    const key = this.createKey(name, args);
    this.arn = this.createGroup(name, args, key).arn;
    this.registerOutputs({});
  }

  private createKey(name: string, { account, group, protect }: EncryptedLogGroupArgs): Key {
    const key = new Key(
      name,
      {
        description: `Log group ${group}`,
        enableKeyRotation: true,
        ...keyDeletion(protect),
        policy: policyDocument([
          accountRoot(account),
          {
            Effect: "Allow",
            Principal: { Service: `logs.${account.region}.amazonaws.com` },
            Action: [
              "kms:Encrypt",
              "kms:Decrypt",
              "kms:ReEncryptFrom",
              "kms:ReEncryptTo",
              "kms:GenerateDataKey",
              "kms:DescribeKey",
            ],
            Resource: "*",
            Condition: {
              ArnEquals: { "kms:EncryptionContext:aws:logs:arn": arn(account, "logs", `log-group:${group}`) },
            },
          },
        ]),
      },
      { parent: this, protect },
    );
    new Alias(
      name,
      { name: `alias/logs/${group.replace(/^\//, "")}`, targetKeyId: key.keyId },
      { parent: this },
    );
    return key;
  }

  private createGroup(
    name: string,
    { group, retentionDays, protect }: EncryptedLogGroupArgs,
    key: Key,
  ): LogGroup {
    return new LogGroup(
      name,
      {
        name: group,
        retentionInDays: retentionDays ?? defaultRetentionDays,
        kmsKeyId: key.arn,
        ...logGroupDeletion(protect),
      },
      { parent: this, protect },
    );
  }
}
