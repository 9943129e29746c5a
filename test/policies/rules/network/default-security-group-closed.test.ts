import { defaultSecurityGroupClosed as rule } from "../../../../policies/rules/network/default-security-group-closed.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { defaultGroup, vpc } from "../../fixtures/network.ts";

const other: Given = { ...vpc, name: "other" };
const missing = ["network#defaultSecurityGroup"];
const anything = { protocol: "-1", fromPort: 0, toPort: 0, self: true };
const ownRule = (behind: readonly Given[]): Given => ({
  type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  name: "late",
  props: { securityGroupId: unknown, cidrIpv4: "10.0.0.0/8" },
  behind: { securityGroupId: behind },
});
const group: Given = { type: "aws:ec2/securityGroup:SecurityGroup", name: "serving", props: {} };

cases(rule, {
  passes: [
    ["a group without rules", [vpc, defaultGroup({ ingress: [], egress: [] })]],
    ["rules left out, which empties it as well", [vpc, defaultGroup({})]],
    ["rules that are null", [vpc, defaultGroup({ ingress: null, egress: null })]],
    ["a secret list of none", [vpc, defaultGroup({ ingress: secret([]) })]],
    [
      "two VPCs with a group each",
      [vpc, other, defaultGroup({}), { ...defaultGroup({}, [other]), name: "second" }],
    ],
    ["a rule of another group", [vpc, defaultGroup({}), group, ownRule([group])]],
    ["a stack without a VPC", []],
  ],
  reports: [
    ["no group", [vpc], missing],
    ["the group of another VPC", [vpc, other, defaultGroup({}, [other])], missing],
    [
      "a group that may be of either",
      [vpc, other, defaultGroup({}, [vpc, other])],
      [...missing, "other#defaultSecurityGroup"],
    ],
    ["the group of a VPC outside the stack", [vpc, defaultGroup({}, [])], missing],
    [
      "a group by a written id",
      [vpc, { ...defaultGroup({ vpcId: "vpc-0123456789abcdef0" }), behind: {} }],
      missing,
    ],
    ["no group of the account's own VPC", [{ ...vpc, type: "aws:ec2/defaultVpc:DefaultVpc" }], missing],
    [
      "rules",
      [vpc, defaultGroup({ ingress: [anything], egress: [anything] })],
      ["default#ingress", "default#egress"],
    ],
    ["rules of a VPC outside the stack", [defaultGroup({ egress: [anything] }, [])], ["default#egress"]],
    ["unknown rules", [vpc, defaultGroup({ ingress: unknown })], ["default#ingress"]],
    ["rules as an object", [vpc, defaultGroup({ ingress: anything })], ["default#ingress"]],
    [
      "a rule that comes after",
      [vpc, defaultGroup({}), ownRule([defaultGroup({})])],
      ["late#securityGroupId"],
    ],
    ["the same by the VPC's attribute", [vpc, defaultGroup({}), ownRule([vpc])], ["late#securityGroupId"]],
  ],
});
