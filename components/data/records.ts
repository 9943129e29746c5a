import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import * as pulumi from "@pulumi/pulumi";
import { type Account, decryptStatement, type Statement, s3Arn } from "../shared/account.ts";
import { keyDeletion } from "../shared/deletion.ts";
import { PrivateBucket } from "./private-bucket.ts";

export interface RecordsArgs {
  readonly account: Account;
  /** The environment's name in AWS, as `gantry-dev`. */
  readonly owner: string;
  readonly bucket: string;
  /** The folder of the records in it. */
  readonly folder: string;
  /** Days until a record goes. */
  readonly keepDays: number;
  readonly protect: boolean;
}

/**
 * Where prompts and answers are kept for audits, and no longer than configured.
 * Stateful: the bucket.
 */
export class Records extends pulumi.ComponentResource {
  /** The permissions of whatever writes records. */
  readonly writeStatements: readonly Statement[];
  private readonly keyAlias: string;

  constructor(name: string, args: RecordsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:data:Records", name, {}, opts);
    this.keyAlias = `alias/${args.owner}/records`;
    const key = this.createKey(name, args);
    this.createBucket(name, args, key);
    this.writeStatements = this.statements(args);
    this.registerOutputs({});
  }

  private createKey(name: string, { owner, protect }: RecordsArgs): Key {
    const key = new Key(
      name,
      { description: `Records of ${owner}`, enableKeyRotation: true, ...keyDeletion(protect) },
      { parent: this, protect },
    );
    new Alias(name, { name: this.keyAlias, targetKeyId: key.keyId }, { parent: this });
    return key;
  }

  /** Deleted records are gone after a day, because users may request deletion. */
  private createBucket(name: string, args: RecordsArgs, key: Key) {
    const { account, bucket, keepDays, protect } = args;
    new PrivateBucket(
      name,
      {
        account,
        bucket,
        encryption: { kmsKeyArn: key.arn },
        expireAfterDays: keepDays,
        keepOldVersionsDays: 1,
        protect,
      },
      { parent: this },
    );
  }

  private statements({ account, bucket, folder }: RecordsArgs): Statement[] {
    return [
      { Effect: "Allow", Action: "s3:PutObject", Resource: s3Arn(account, `${bucket}/${folder}/*`) },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: s3Arn(account, bucket),
        Condition: { StringLike: { "s3:prefix": `${folder}/*` } },
      },
      { ...decryptStatement(account, this.keyAlias), Action: ["kms:Decrypt", "kms:GenerateDataKey"] },
    ];
  }
}
