import { expect, it } from "vitest";
import { onlyBehind } from "../../../../policies/read/aws/behind.ts";
import { stackResource } from "../../stack.ts";

const vpc = stackResource("aws:ec2/vpc:Vpc", {}, {}, "network");
const other = stackResource("aws:ec2/vpc:Vpc", {}, {}, "other");
const subnet = stackResource("aws:ec2/subnet:Subnet", {});
const behind = (...all: readonly (typeof vpc)[]) =>
  onlyBehind(stackResource("aws:ec2/flowLog:FlowLog", {}, { vpcId: all }), "vpcId", [vpc.type]);

it("is the one resource of a type that stands behind a property", () => {
  expect(behind(vpc)).toBe(vpc);
  expect(behind(subnet, vpc)).toBe(vpc);
});

it("is nothing where none stands there, or several do", () => {
  expect(behind()).toBeUndefined();
  expect(behind(subnet)).toBeUndefined();
  expect(behind(vpc, other)).toBeUndefined();
});
