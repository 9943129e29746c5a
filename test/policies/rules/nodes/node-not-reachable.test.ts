import { nodeNotReachable as rule } from "../../../../policies/rules/nodes/node-not-reachable.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { nodeClassWith, templateWith } from "../../fixtures/nodes.ts";

const subnet = (mapPublicIpOnLaunch: Given["props"][string]): Given => ({
  type: "aws:ec2/subnet:Subnet",
  name: "public-a",
  props: { mapPublicIpOnLaunch },
});
const network = (associatePublicIpAddress: Given["props"][string]) =>
  templateWith({ networkInterfaces: [{ associatePublicIpAddress: "false" }, { associatePublicIpAddress }] });
const second = "system#networkInterfaces.1.associatePublicIpAddress";
const group = (remoteAccess: Given["props"][string]): Given => ({
  type: "aws:eks/nodeGroup:NodeGroup",
  name: "system",
  props: { remoteAccess },
});

cases(rule, {
  passes: [
    ["nothing said", templateWith({})],
    ["a subnet that says nothing", subnet(null)],
    ["a subnet that says no", subnet(false)],
    ["a secret no", subnet(secret(false))],
    ["a node class that says no", nodeClassWith({ associatePublicIPAddress: false })],
    ["interfaces without", network("false")],
    ["a group without access", group(null)],
  ],
  reports: [
    ["a key, whatever port is open", templateWith({ keyName: "ops" }), ["system#keyName"]],
    ["an unknown key", templateWith({ keyName: unknown }), ["system#keyName"]],
    ["an address for one interface of two", network("true"), [second]],
    [
      "an unknown interface",
      templateWith({ networkInterfaces: unknown }),
      ["system#networkInterfaces.0.associatePublicIpAddress"],
    ],
    ["a subnet that gives addresses", subnet(true), ["public-a#mapPublicIpOnLaunch"]],
    ["a subnet that says it in a text", subnet("true"), ["public-a#mapPublicIpOnLaunch"]],
    ["an unknown subnet", subnet(unknown), ["public-a#mapPublicIpOnLaunch"]],
    [
      "a public node",
      nodeClassWith({ associatePublicIPAddress: true }),
      ["l40s#spec.associatePublicIPAddress"],
    ],
    ["access to a group", group({ ec2SshKey: "ops" }), ["system#remoteAccess"]],
  ],
});
