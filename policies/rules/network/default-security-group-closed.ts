import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, elements } from "../../framework/value.ts";
import { onlyBehind } from "../../read/aws/behind.ts";
import { securityGroupRules } from "../../read/aws/security-group.ts";
import { vpcs } from "../../read/aws/vpc.ts";

const defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const ownRules = [...new Set([...securityGroupRules.ingress, ...securityGroupRules.egress])];

export const defaultSecurityGroupClosed: StackRule = {
  name: "default-security-group-closed",
  title: "A VPC's default security group has no rules.",
  why: "A resource without a security group gets this one; by default its members can reach each other and the internet.",
  fix: "Add a DefaultSecurityGroup with the VPC's id and no rules, and give each resource its own group.",
  severity: "medium",
  relatedChecks: ["CKV2_AWS_12"],
  resourceTypes: [...vpcs, defaultGroup, ...ownRules],
  example: {
    good: "new DefaultSecurityGroup(name, { vpcId: vpc.id, ingress: [], egress: [] })",
    bad: "a Vpc without a DefaultSecurityGroup",
  },

  *checkStack({ resources }) {
    const groups = resources.filter(({ type }) => type === defaultGroup);
    const held = new Set(groups.map((group) => onlyBehind(group, "vpcId", vpcs)));
    for (const resource of resources.filter(({ type }) => vpcs.includes(type)))
      if (!held.has(resource))
        yield {
          resource,
          path: "defaultSecurityGroup",
          problem: "no DefaultSecurityGroup removes the rules of the VPC's default group",
          allowed: "one DefaultSecurityGroup for each VPC, without rules",
        };
    for (const resource of groups) yield* rulesIn(resource);
    for (const resource of resources.filter(({ type }) => ownRules.includes(type))) yield* addedTo(resource);
  },
};

/** Unset means no rules: the provider removes the group's rules when it adopts it. [aws.ec2.DefaultSecurityGroup] */
function rulesIn(resource: StackResource): StackFinding[] {
  return ["ingress", "egress"].flatMap((path) => {
    const rules = elements(at(resource.props, path));
    if (typeof rules !== "symbol" && rules.length === 0) return [];
    return [{ resource, path, problem: "the default group has rules", allowed: "no rules" }];
  });
}

/** A separate rule is added after the group's rules were removed. */
function addedTo(resource: StackResource): StackFinding[] {
  const behind = resource.behind("securityGroupId");
  if (!behind.some(({ type }) => type === defaultGroup || vpcs.includes(type))) return [];
  return [
    {
      resource,
      path: "securityGroupId",
      problem: "the rule opens a default security group",
      allowed: "a dedicated security group",
    },
  ];
}
