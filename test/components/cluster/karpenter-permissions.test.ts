import { describe, expect, it } from "vitest";
import { karpenterPermissions } from "../../../components/cluster/karpenter-permissions.ts";
import type { Statement } from "../../../components/shared/account.ts";

const statements = karpenterPermissions({
  account: { id: "111122223333", region: "us-east-1" },
  clusterName: "gantry-dev",
  nodeRoleName: "gantry-dev-node",
  queueName: "gantry-dev-interruptions",
});

const list = (value: string | readonly string[]) => (typeof value === "string" ? [value] : value);
const reads = (action: string) => /^[a-z0-9]+:(Describe|Get|List|Receive)/.test(action);
/** The statements that allow an action. */
const allowing = (action: string): readonly Statement[] =>
  statements.filter(({ Action }) => list(Action).includes(action));
const mine = { "aws:ResourceTag/kubernetes.io/cluster/gantry-dev": "owned" };
const asMine = {
  "aws:RequestTag/kubernetes.io/cluster/gantry-dev": "owned",
  "aws:RequestTag/eks:eks-cluster-name": "gantry-dev",
};

describe("Karpenter", () => {
  it("is allowed named actions only", () => {
    for (const { Effect, Action } of statements) {
      expect(Effect).toBe("Allow");
      for (const action of list(Action)) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
    }
  });

  it("changes nothing in all of AWS: what has every resource only reads", () => {
    for (const { Action, Resource } of statements) {
      if (list(Resource).includes("*")) expect(list(Action).filter((action) => !reads(action))).toEqual([]);
    }
  });

  it("ends instances and templates of its own cluster only", () => {
    for (const action of ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"]) {
      expect(allowing(action)).toEqual([
        expect.objectContaining({
          Condition: {
            StringEquals: mine,
            StringLike: { "aws:ResourceTag/karpenter.sh/nodepool": "*" },
          },
        }),
      ]);
    }
  });

  it("makes what it makes as its cluster's, in this account and region", () => {
    for (const action of ["ec2:RunInstances", "ec2:CreateFleet"]) {
      const made = allowing(action).filter(({ Resource }) =>
        list(Resource).includes("arn:aws:ec2:us-east-1:111122223333:instance/*"),
      );
      expect(made).toEqual([
        expect.objectContaining({
          Condition: {
            StringEquals: asMine,
            StringLike: { "aws:RequestTag/karpenter.sh/nodepool": "*" },
          },
        }),
      ]);
    }
  });

  it("uses without a condition only what it can't make: images, subnets, groups, reservations", () => {
    const unconditional = allowing("ec2:RunInstances").filter(({ Condition }) => Condition === undefined);
    expect(unconditional.flatMap(({ Resource }) => list(Resource))).toEqual([
      "arn:aws:ec2:us-east-1::image/*",
      "arn:aws:ec2:us-east-1::snapshot/*",
      "arn:aws:ec2:us-east-1:*:security-group/*",
      "arn:aws:ec2:us-east-1:*:subnet/*",
      "arn:aws:ec2:us-east-1:*:capacity-reservation/*",
      "arn:aws:ec2:us-east-1:*:placement-group/*",
    ]);
  });

  it("tags what is being made, and renames what is its own; it takes over nothing", () => {
    const [making, renaming, ...more] = allowing("ec2:CreateTags");
    expect(more).toEqual([]);
    expect(making?.Condition?.StringEquals).toEqual({
      ...asMine,
      "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
    });
    expect(renaming?.Resource).toEqual(["arn:aws:ec2:us-east-1:111122223333:instance/*"]);
    expect(renaming?.Condition).toMatchObject({
      StringEquals: mine,
      "ForAllValues:StringEquals": {
        "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"],
      },
    });
  });

  it("gives nodes their one role, through EC2 only", () => {
    expect(allowing("iam:PassRole")).toEqual([
      {
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: "arn:aws:iam::111122223333:role/gantry-dev-node",
        Condition: { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } },
      },
    ]);
  });

  it("makes no identity: of IAM it reads profiles and passes a role", () => {
    const iam = statements
      .flatMap(({ Action }) => list(Action))
      .filter((action) => action.startsWith("iam:"));
    expect(iam.sort()).toEqual(["iam:GetInstanceProfile", "iam:ListInstanceProfiles", "iam:PassRole"]);
  });

  it("reads its own cluster and its own queue", () => {
    expect(allowing("eks:DescribeCluster")[0]?.Resource).toBe(
      "arn:aws:eks:us-east-1:111122223333:cluster/gantry-dev",
    );
    expect(allowing("sqs:ReceiveMessage")).toEqual([
      {
        Effect: "Allow",
        Action: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
        Resource: "arn:aws:sqs:us-east-1:111122223333:gantry-dev-interruptions",
      },
    ]);
  });
});
