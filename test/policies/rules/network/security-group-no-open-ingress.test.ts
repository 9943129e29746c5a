import { securityGroupNoOpenIngress as rule } from "../../../../policies/rules/network/security-group-no-open-ingress.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { groupWith, tcp } from "../../fixtures/network.ts";

const ingress = (...rules: readonly Wire[]) => groupWith({ ingress: rules });
const group = (...rules: readonly Wire[]) => groupWith({ ingress: rules }, "edge");
const first = ["serving#ingress.0.cidrBlocks.0"];
const oldRule = (props: Given["props"]): Given => ({
  type: "aws:ec2/securityGroupRule:SecurityGroupRule",
  name: "ssh",
  props: { protocol: "tcp", fromPort: 22, toPort: 22, ...props },
});
const ownRule = (props: Given["props"], name = "ssh"): Given => ({
  type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  name,
  props: { ipProtocol: "tcp", fromPort: 443, toPort: 443, ...props },
});
/** The whole of IPv4, in as many ranges as are narrow enough each. */
const everybody = Array.from({ length: 256 }, (_, first) => `${first}.0.0.0/8`);

cases(rule, {
  passes: [
    ["a range of ours", ingress(tcp(80, ["10.40.0.0/16"]))],
    ["the widest range, and ranges inside it", ingress(tcp(80, ["10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/8"]))],
    ["another group", ingress({ protocol: "-1", fromPort: 0, toPort: 0, securityGroups: [unknown] })],
    ["its own members", ingress({ protocol: "-1", fromPort: 0, toPort: 0, self: true })],
    ["a secret range", ingress(tcp(80, secret(["10.40.0.0/16"])))],
    ["no rules", groupWith({})],
    ["null", groupWith({ ingress: null })],
    [
      "web ports of the public group",
      group(tcp(443, ["0.0.0.0/0"], { ipv6CidrBlocks: ["::/0"] }), tcp(80, ["0.0.0.0/0"])),
    ],
    ["the public group's rule on its own", ownRule({ cidrIpv4: "0.0.0.0/0" }, "edge")],
    [
      "a listed prefix list",
      ingress(tcp(443, [], { prefixListIds: ["pl-3b927c52"] })),
      { config: { prefixLists: ["pl-3b927c52"] } },
    ],
    ["the other direction", oldRule({ type: "egress", cidrBlocks: ["0.0.0.0/0"] })],
    ["a rule on its own from a group", ownRule({ referencedSecurityGroupId: unknown })],
  ],
  reports: [
    ["everybody", ingress(tcp(22, ["0.0.0.0/0"])), first],
    [
      "everybody by IPv6",
      ingress(tcp(22, [], { ipv6CidrBlocks: ["::/0"] })),
      ["serving#ingress.0.ipv6CidrBlocks.0"],
    ],
    [
      "all of IPv4 as IPv6 writes it",
      ingress(tcp(22, [], { ipv6CidrBlocks: ["64:ff9b::/96", "64:ff9b::a00:0/103"] })),
      ["serving#ingress.0.ipv6CidrBlocks.0", "serving#ingress.0.ipv6CidrBlocks.1"],
    ],
    [
      "two halves of everybody",
      ingress(tcp(22, ["0.0.0.0/1", "128.0.0.0/1"])),
      [...first, "serving#ingress.0.cidrBlocks.1"],
    ],
    ["everybody in narrow ranges", ingress(tcp(22, everybody)), ["serving#ingress"]],
    [
      "two ranges that are too wide together",
      ingress(tcp(22, ["10.0.0.0/8"]), tcp(22, ["11.0.0.0/8"])),
      ["serving#ingress"],
    ],
    ["a range just too wide", ingress(tcp(22, ["10.0.0.0/7"])), first],
    ["every protocol", group(tcp(0, ["0.0.0.0/0"], { protocol: "-1" })), ["edge#ingress.0.cidrBlocks.0"]],
    [
      "ports between those of the web",
      group(tcp(80, ["0.0.0.0/0"], { toPort: 443 })),
      ["edge#ingress.0.cidrBlocks.0"],
    ],
    ["UDP", group(tcp(443, ["0.0.0.0/0"], { protocol: "udp" })), ["edge#ingress.0.cidrBlocks.0"]],
    ["another port of the public group", group(tcp(22, ["0.0.0.0/0"])), ["edge#ingress.0.cidrBlocks.0"]],
    ["a port as text", group(tcp("443", ["0.0.0.0/0"])), ["edge#ingress.0.cidrBlocks.0"]],
    ["web ports of another group", ingress(tcp(443, ["0.0.0.0/0"])), first],
    [
      "a prefix list",
      ingress(tcp(443, [], { prefixListIds: ["pl-3b927c52", unknown] })),
      ["serving#ingress.0.prefixListIds.0", "serving#ingress.0.prefixListIds.1"],
    ],
    [
      "a range that is unknown, and its neighbour",
      ingress(tcp(22, [unknown, "0.0.0.0/0"])),
      [...first, "serving#ingress.0.cidrBlocks.1"],
    ],
    ["unknown ranges", ingress(tcp(22, unknown)), ["serving#ingress.0.cidrBlocks"]],
    ["a range as a text", ingress(tcp(22, "10.40.0.0/16")), ["serving#ingress.0.cidrBlocks"]],
    [
      "a rule that is unknown",
      ingress(unknown, tcp(22, ["0.0.0.0/0"])),
      ["serving#ingress.0", "serving#ingress.1.cidrBlocks.0"],
    ],
    ["unknown rules", groupWith({ ingress: unknown }), ["serving#ingress"]],
    ["rules that are an object", groupWith({ ingress: tcp(22, ["10.40.0.0/16"]) }), ["serving#ingress"]],
    [
      "what is no range",
      ingress(tcp(22, ["all", 7, null])),
      [0, 1, 2].map((index) => `serving#ingress.0.cidrBlocks.${index}`),
    ],
    ["a rule on its own", oldRule({ type: "ingress", cidrBlocks: ["0.0.0.0/0"] }), ["ssh#cidrBlocks.0"]],
    [
      "a rule whose direction is unknown",
      oldRule({ type: unknown, cidrBlocks: ["0.0.0.0/0"] }),
      ["ssh#cidrBlocks.0"],
    ],
    ["a rule on its own in the newer form", ownRule({ cidrIpv4: "0.0.0.0/0" }), ["ssh#cidrIpv4"]],
    ["the same by IPv6", ownRule({ cidrIpv6: "::/0" }), ["ssh#cidrIpv6"]],
    ["the same by prefix list", ownRule({ prefixListId: "pl-3b927c52" }), ["ssh#prefixListId"]],
    [
      "the public group where none may be public",
      group(tcp(443, ["0.0.0.0/0"])),
      ["edge#ingress.0.cidrBlocks.0"],
      { config: { publicGroups: { only: [] } } },
    ],
    [
      "a setting that can't be",
      ingress(),
      ["serving#configuration.prefixLists"],
      { config: { prefixLists: ["all"] } },
    ],
  ],
});
