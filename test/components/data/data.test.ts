import { describe, expect, it } from "vitest";
import { unknown } from "../../../scripts/plan/wire.ts";
import { at, find, fixturePlan, ofType } from "../../support/plan.ts";

const prod = fixturePlan("prod");

describe("a private bucket", () => {
  it("is closed to the public, speaks TLS only, and keeps old versions under a key of its own", () => {
    expect(find(prod, "BucketPublicAccessBlock", "model-store").inputs).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(JSON.parse(String(find(prod, "BucketPolicy", "model-store").inputs.policy)).Statement).toEqual([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::example-gantry-prod-models", "arn:aws:s3:::example-gantry-prod-models/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    const encryption = find(prod, "BucketServerSideEncryptionConfiguration", "model-store");
    expect(encryption.propertyDependencies.rules).toEqual([find(prod, "aws:kms/key:Key", "model-store").urn]);
    expect(at(find(prod, "BucketVersioning", "model-store"), "versioningConfiguration.status")).toBe(
      "Enabled",
    );
  });

  it("writes its policy after the block that S3 would refuse it with", () => {
    expect(find(prod, "BucketPolicy", "model-store").dependencies).toContain(
      find(prod, "BucketPublicAccessBlock", "model-store").urn,
    );
  });
});

describe("a log group", () => {
  it("ends, and only the log service may use its key, for this group", () => {
    for (const group of ofType(prod, "LogGroup").filter(({ custom }) => custom)) {
      expect(group.inputs).toMatchObject({ retentionInDays: 90, kmsKeyId: unknown });
      const key = find(prod, "aws:kms/key:Key", group.name);
      expect(group.propertyDependencies.kmsKeyId).toEqual([key.urn]);
      expect(key.protect).toBe(true);
      const [account, service] = JSON.parse(String(key.inputs.policy)).Statement;
      expect(account.Principal).toEqual({ AWS: "arn:aws:iam::333344445555:root" });
      expect(service).toMatchObject({
        Principal: { Service: "logs.us-east-1.amazonaws.com" },
        Condition: {
          ArnEquals: {
            "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:us-east-1:333344445555:log-group:${group.inputs.name}`,
          },
        },
      });
    }
  });
});
