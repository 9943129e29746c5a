import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import { type Account, policyDocument, type Statement, s3Arn } from "../shared/account.ts";
import { bucketDeletion } from "../shared/deletion.ts";

export interface PrivateBucketArgs {
  readonly account: Account;
  /** The bucket's own name, unique in all of AWS. */
  readonly bucket: string;
  /** A key of its own, or S3's for the few services that can't write under another. */
  readonly encryption: { readonly kmsKeyArn: pulumi.Input<string> } | "s3";
  /** Permissions of AWS services, in addition to the account's own roles. @default none */
  readonly statements?: readonly Statement[];
  /** Days until an object goes. @default kept */
  readonly expireAfterDays?: number;
  /** Days that an overwritten or deleted object can still be brought back. */
  readonly keepOldVersionsDays: number;
  readonly protect: boolean;
}

/**
 * A bucket that only this account reads, over TLS, encrypted, with old versions kept.
 * Stateful: with `protect` a bucket with objects in it can't be deleted.
 */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly arn: string;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:data:PrivateBucket", name, {}, opts);
    this.arn = s3Arn(args.account, args.bucket);

    const bucket = new Bucket(
      name,
      { bucket: args.bucket, ...bucketDeletion(args.protect) },
      { parent: this, protect: args.protect },
    );
    this.closeToThePublic(name, args, bucket);
    this.encryptAndKeepVersions(name, args, bucket);
    this.registerOutputs({});
  }

  private closeToThePublic(name: string, args: PrivateBucketArgs, bucket: Bucket) {
    const { account, bucket: bucketName, statements = [] } = args;
    const block = new BucketPublicAccessBlock(
      name,
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this },
    );
    new BucketPolicy(
      name,
      {
        bucket: bucket.id,
        policy: policyDocument([
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [s3Arn(account, bucketName), s3Arn(account, `${bucketName}/*`)],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
          ...statements,
        ]),
      },
      // S3 refuses a policy and a public access block that are written at the same moment.
      { parent: this, dependsOn: block },
    );
  }

  private encryptAndKeepVersions(name: string, args: PrivateBucketArgs, bucket: Bucket) {
    new BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket: bucket.id,
        rules: [
          {
            applyServerSideEncryptionByDefault:
              args.encryption === "s3"
                ? { sseAlgorithm: "AES256" }
                : { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.encryption.kmsKeyArn },
            bucketKeyEnabled: args.encryption !== "s3",
          },
        ],
      },
      { parent: this },
    );
    const versioning = new BucketVersioning(
      name,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new BucketLifecycleConfiguration(
      name,
      {
        bucket: bucket.id,
        rules: [
          {
            id: "tidy",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
            noncurrentVersionExpiration: { noncurrentDays: args.keepOldVersionsDays },
            ...(args.expireAfterDays !== undefined && { expiration: { days: args.expireAfterDays } }),
          },
        ],
      },
      { parent: this, dependsOn: versioning },
    );
  }
}
