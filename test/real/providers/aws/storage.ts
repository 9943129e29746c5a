import { hex, uuid } from "../cloud.ts";
import { list, record, text } from "../values.ts";
import type { Kind } from "./kind.ts";

/** A part of a bucket that S3 keeps as a setting: writing it twice is writing it once. */
const settingOfBucket: Kind = {
  untagged: true,
  once: ({ bucket }) => text(bucket),
  overwrites: true,
  replacedBy: ["bucket"],
  made: ({ bucket }) => ({ id: text(bucket) }),
};

export const storageKinds: Readonly<Record<string, Kind>> = {
  "aws:kms/key:Key": {
    replacedBy: ["customerMasterKeySpec", "keyUsage", "multiRegion"],
    defaults: {
      bypassPolicyLockoutSafetyCheck: false,
      customerMasterKeySpec: "SYMMETRIC_DEFAULT",
      isEnabled: true,
      keyUsage: "ENCRYPT_DECRYPT",
    },
    made: (_, place) => {
      const id = uuid();
      return {
        id,
        keyId: id,
        arn: place.arn("kms", `key/${id}`),
        multiRegion: false,
        rotationPeriodInDays: 365,
      };
    },
    shown: ({ policy, description }, place) => ({
      description: description ?? "",
      policy:
        policy ??
        JSON.stringify({
          Id: "key-default-1",
          Statement: [
            {
              Sid: "Enable IAM User Permissions",
              Effect: "Allow",
              Principal: { AWS: place.globalArn("iam", "root") },
              Action: "kms:*",
              Resource: "*",
            },
          ],
          Version: "2012-10-17",
        }),
    }),
  },
  "aws:kms/alias:Alias": {
    untagged: true,
    once: ({ name }) => text(name),
    replacedBy: ["name"],
    made: ({ name, targetKeyId }, place) => ({
      id: text(name),
      arn: place.arn("kms", text(name)),
      targetKeyArn: place.arn("kms", `key/${targetKeyId}`),
      namePrefix: "",
    }),
  },
  "aws:secretsmanager/secret:Secret": {
    autoName: ["name", 512],
    once: ({ name }) => text(name),
    replacedBy: ["name"],
    defaults: { forceOverwriteReplicaSecret: false, recoveryWindowInDays: 30 },
    made: ({ name }, place) => {
      const arn = place.arn("secretsmanager", `secret:${name}-${hex(6)}`);
      return { id: arn, arn, namePrefix: "", policy: "", replicas: [] };
    },
    lingers: ({ recoveryWindowInDays }) => Number(recoveryWindowInDays) > 0,
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    untagged: true,
    replacedBy: ["secretBinary", "secretId", "secretString"],
    made: ({ secretId }) => {
      const versionId = `terraform-${hex(26)}`;
      return {
        id: `${secretId}|${versionId}`,
        arn: text(secretId),
        versionId,
        versionStages: ["AWSCURRENT"],
      };
    },
  },
  "aws:s3/bucket:Bucket": {
    autoName: ["bucket", 63],
    once: ({ bucket }) => text(bucket),
    replacedBy: ["bucket", "objectLockEnabled"],
    defaults: { forceDestroy: false },
    made: ({ bucket }, place) => ({
      id: text(bucket),
      arn: `arn:aws:s3:::${bucket}`,
      bucketDomainName: `${bucket}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${bucket}.s3.${place.region}.amazonaws.com`,
      hostedZoneId: "Z3AQBSTGFYJSTF",
      bucketRegion: place.region,
      bucketPrefix: "",
    }),
    shown: () => ({
      corsRules: [],
      grants: [{ id: "0".repeat(64), permissions: ["FULL_CONTROL"], type: "CanonicalUser", uri: "" }],
      lifecycleRules: [],
      loggings: [],
      objectLockEnabled: false,
      policy: "",
      requestPayer: "BucketOwner",
      serverSideEncryptionConfiguration: {
        rule: {
          applyServerSideEncryptionByDefault: { kmsMasterKeyId: "", sseAlgorithm: "AES256" },
          bucketKeyEnabled: false,
        },
      },
      versioning: { enabled: false, mfaDelete: false },
    }),
  },
  "aws:s3/bucketPolicy:BucketPolicy": settingOfBucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": settingOfBucket,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": settingOfBucket,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": settingOfBucket,
  "aws:s3/bucketVersioning:BucketVersioning": settingOfBucket,
  "aws:route53/zone:Zone": {
    once: ({ name, vpcs }) => `${name} ${list(vpcs).map((vpc) => text(record(vpc).vpcId))}`,
    replacedBy: ["name"],
    defaults: { comment: "Managed by Pulumi", forceDestroy: false },
    made: (_, place) => {
      const id = `Z${hex(19).toUpperCase()}`;
      return {
        id,
        zoneId: id,
        arn: `arn:aws:route53:::hostedzone/${id}`,
        nameServers: ["ns-1", "ns-2"],
        primaryNameServer: "ns-1",
        region: place.region,
      };
    },
    shown: ({ vpcs }, place) => ({
      vpcs: list(vpcs).map((vpc) => ({ vpcRegion: place.region, ...record(vpc) })),
    }),
    heldBy: ["aws:route53/record:Record"],
    minutes: [1, 1],
  },
  "aws:route53/record:Record": {
    untagged: true,
    once: ({ zoneId, name, type }) => `${zoneId} ${name} ${type}`,
    replacedBy: ["name", "setIdentifier", "type", "zoneId"],
    made: ({ zoneId, name, type }) => ({ id: `${zoneId}_${name}_${type}`, fqdn: text(name) }),
  },
};
