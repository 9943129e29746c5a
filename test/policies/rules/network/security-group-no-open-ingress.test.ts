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
/** More than four offices have, in ranges that are narrow enough each. */
const many = Array.from({ length: 256 }, (_, part) => `52.${part}.0.0/22`);

cases(rule, {
  passes: [
    ["a range of ours", ingress(tcp(80, ["10.40.0.0/16"]))],
    [
      "private networks",
      ingress(tcp(80, ["10.0.0.0/8", "10.1.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"])),
    ],
    ["private networks of IPv6", ingress(tcp(80, [], { ipv6CidrBlocks: ["fd00::/8"] }))],
    ["the widest public range, and a part of it", ingress(tcp(80, ["203.0.112.0/22", "203.0.113.0/24"]))],
    [
      "the organisation's own range",
      ingress(tcp(80, ["17.0.0.0/8", "2620:149::/32"])),
      { config: { ownRanges: ["17.0.0.0/8", "2620:149::/32"] } },
    ],
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
    ["the other direction", oldRule({ type: "egress", cidrBlocks: ["0.0.0.0/0"] })],
    ["a rule on its own from a group", ownRule({ referencedSecurityGroupId: unknown })],
  ],
  reports: [
    ["every address", ingress(tcp(22, ["0.0.0.0/0"])), first],
    [
      "every address by IPv6",
      ingress(tcp(22, [], { ipv6CidrBlocks: ["::/0"] })),
      ["serving#ingress.0.ipv6CidrBlocks.0"],
    ],
    [
      "all of IPv4 as IPv6 writes it",
      ingress(tcp(22, [], { ipv6CidrBlocks: ["64:ff9b::/96", "64:ff9b::3400:0/104"] })),
      ["serving#ingress.0.ipv6CidrBlocks.0", "serving#ingress.0.ipv6CidrBlocks.1"],
    ],
    [
      "two halves of every address",
      ingress(tcp(22, ["0.0.0.0/1", "128.0.0.0/1"])),
      [...first, "serving#ingress.0.cidrBlocks.1"],
    ],
    ["many narrow ranges", ingress(tcp(22, many)), ["serving#ingress"]],
    [
      "two ranges that are too wide together",
      ingress(tcp(22, ["203.0.112.0/22"]), tcp(22, ["198.51.100.0/24"])),
      ["serving#ingress"],
    ],
    ["a whole /8", ingress(tcp(22, ["52.0.0.0/8"])), first],
    ["a range just too wide", ingress(tcp(22, ["203.0.112.0/21"])), first],
    ["private networks and as many public ones", ingress(tcp(22, ["10.0.0.0/7"])), first],
    [
      "a range of IPv6 just too wide",
      ingress(tcp(22, [], { ipv6CidrBlocks: ["2001:db8::/45"] })),
      ["serving#ingress.0.ipv6CidrBlocks.0"],
    ],
    [
      "a range around the organisation's own",
      ingress(tcp(22, ["16.0.0.0/7"])),
      first,
      { config: { ownRanges: ["17.0.0.0/8"] } },
    ],
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
    [
      "the public group where none may be public",
      group(tcp(443, ["0.0.0.0/0"])),
      ["edge#ingress.0.cidrBlocks.0"],
      { config: { publicGroups: { only: [] } } },
    ],
    [
      "a setting that can't be",
      ingress(),
      ["serving#configuration.ownRanges"],
      { config: { ownRanges: ["0.0.0.0/0"] } },
    ],
  ],
});
