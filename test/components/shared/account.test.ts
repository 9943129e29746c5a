import { describe, expect, it } from "vitest";
import {
  type Account,
  accountRoot,
  arn,
  clusterAccessPolicyArn,
  decryptStatement,
  iamArn,
  managedPolicyArn,
  policyDocument,
  s3Arn,
} from "../../../components/shared/account.ts";

const account: Account = { id: "111122223333", region: "us-east-1" };

describe("a name of a resource", () => {
  it.each([
    ["us-east-1", "aws"],
    ["eu-central-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
  ])("in %s begins with arn:%s", (region, partition) => {
    const there = { ...account, region };
    expect(arn(there, "secretsmanager", "secret:x")).toBe(
      `arn:${partition}:secretsmanager:${region}:111122223333:secret:x`,
    );
    expect(s3Arn(there, "models/*")).toBe(`arn:${partition}:s3:::models/*`);
    expect(iamArn(there, "role/engine")).toBe(`arn:${partition}:iam::111122223333:role/engine`);
    expect(managedPolicyArn(there, "AmazonEKS_CNI_Policy")).toBe(
      `arn:${partition}:iam::aws:policy/AmazonEKS_CNI_Policy`,
    );
    expect(clusterAccessPolicyArn(there, "AmazonEKSClusterAdminPolicy")).toBe(
      `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
    );
  });
});

describe("a policy", () => {
  it("is the JSON that IAM reads", () => {
    expect(JSON.parse(policyDocument([{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]))).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
    });
  });

  it("of a key leaves it to the account's own administrators", () => {
    expect(accountRoot(account)).toEqual({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "kms:*",
      Resource: "*",
    });
  });

  it("lets a role decrypt with one key, known by its alias", () => {
    expect(decryptStatement(account, "alias/gantry-dev-models")).toEqual({
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: "arn:aws:kms:us-east-1:111122223333:key/*",
      Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/gantry-dev-models" } },
    });
  });
});
