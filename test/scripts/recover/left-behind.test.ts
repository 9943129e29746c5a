import { describe, expect, it } from "vitest";
import { type Known, leftBehind, type Pending, type Tagged } from "../../../scripts/recover/left-behind.ts";

const place = { account: "111122223333", region: "us-east-1" };
const urn = (type: string, name: string) => `urn:pulumi:dev::gantry::gantry:index:Gantry$${type}::${name}`;

const vpcType = "aws:ec2/vpc:Vpc";
const vpc = { urn: urn(vpcType, "network"), type: vpcType, inputs: { tags: { Name: "network" } } };
const vpcArn = (id: string) => `arn:aws:ec2:us-east-1:111122223333:vpc/${id}`;
const named: Tagged = { arn: vpcArn("vpc-0a"), name: "network" };

const roleType = "aws:iam/role:Role";
const role = { urn: urn(roleType, "karpenter"), type: roleType, inputs: { name: "karpenter-1a2b3c4" } };

function found(pending: readonly Pending[], known: readonly Known[] = [], tagged: readonly Tagged[] = []) {
  return leftBehind({ pending, known }, tagged, place).map(({ name, action, id }) => [name, action, id]);
}
const creating = (resource: Omit<Pending, "operation">): Pending => ({ ...resource, operation: "creating" });

describe("what an interrupted update left behind", () => {
  it("is imported by the id that AWS made up, found by its name tag", () => {
    expect(found([creating(vpc)], [], [named])).toEqual([["network", "import", "vpc-0a"]]);
  });

  it("was never created when AWS has nothing under its name tag", () => {
    expect(found([creating(vpc)], [], [{ ...named, name: "another" }])).toEqual([
      ["network", "clear", undefined],
    ]);
  });

  it("isn't mistaken for another type of the same name", () => {
    const subnet = { arn: "arn:aws:ec2:us-east-1:111122223333:subnet/subnet-0a", name: "network" };
    expect(found([creating(vpc)], [], [subnet])).toEqual([["network", "clear", undefined]]);
  });

  it("is imported by the name that Pulumi made up", () => {
    expect(found([creating(role)])).toEqual([["karpenter", "import", "karpenter-1a2b3c4"]]);
  });

  it("is deleted when a later update made another", () => {
    const known = { ...vpc, id: "vpc-0b" };
    expect(found([creating(vpc)], [known], [named, { arn: vpcArn("vpc-0b"), name: "network" }])).toEqual([
      ["network", "delete", "vpc-0a"],
    ]);
  });

  it("is deleted when it has the name tag of something in the state and nothing is pending", () => {
    expect(found([], [{ ...vpc, id: "vpc-0b" }], [named])).toEqual([["network", "delete", "vpc-0a"]]);
  });

  it("is imported once, and deleted where several updates made it", () => {
    const second = { arn: vpcArn("vpc-0c"), name: "network" };
    expect(found([creating(vpc)], [], [named, second])).toEqual([
      ["network", "import", "vpc-0a"],
      ["network", "delete", "vpc-0c"],
    ]);
  });

  it("is left alone where its name tag belongs to nothing of the program", () => {
    const launchedByKarpenter = { arn: vpcArn("vpc-0d"), name: "karpenter.k8s.aws/1" };
    expect(found([], [{ ...vpc, id: "vpc-0a" }], [named, launchedByKarpenter])).toEqual([]);
  });

  it("is uninstalled where it is a Helm release", () => {
    const type = "kubernetes:helm.sh/v3:Release";
    const release = { urn: urn(type, "keda"), type, inputs: { name: "keda", namespace: "keda" } };
    expect(found([creating(release)])).toEqual([["keda", "delete", "keda/keda"]]);
  });

  it("is refreshed where it was being changed or deleted", () => {
    expect(found([{ ...role, operation: "updating" }], [{ ...role, id: "karpenter-1a2b3c4" }])).toEqual([
      ["karpenter", "refresh", undefined],
    ]);
  });

  it("is for a person to look at where no rule is about its type", () => {
    const type = "aws:rds/instance:Instance";
    expect(found([creating({ urn: urn(type, "db"), type, inputs: {} })])).toEqual([
      ["db", "unknown", undefined],
    ]);
  });
});
