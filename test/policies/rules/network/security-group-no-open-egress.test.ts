import { securityGroupNoOpenEgress as rule } from "../../../../policies/rules/network/security-group-no-open-egress.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { groupWith, tcp } from "../../fixtures/network.ts";

const egress = (...rules: readonly Wire[]) => groupWith({ egress: rules });
const first = ["serving#egress.0.cidrBlocks.0"];
const ownRule = (type: string, props: Given["props"]): Given => ({ type, name: "out", props });
const old = "aws:ec2/securityGroupRule:SecurityGroupRule";
const own = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

cases(rule, {
  passes: [
    ["a range of ours", egress(tcp(8000, ["10.40.0.0/16"]))],
    ["no rules, which lets nothing out", groupWith({})],
    ["HTTPS to everywhere", egress(tcp(443, ["0.0.0.0/0"], { ipv6CidrBlocks: ["::/0"] }))],
    ["HTTPS by the protocol's number", egress(tcp(443, ["0.0.0.0/0"], { protocol: "6" }))],
    ["another group", egress({ protocol: "-1", fromPort: 0, toPort: 0, securityGroups: [unknown] })],
    ["a secret range", egress(tcp(8000, [secret("10.40.0.0/16")]))],
    ["the other direction", groupWith({ ingress: [tcp(22, ["0.0.0.0/0"])] })],
    ["a rule of the other direction", ownRule(old, { type: "ingress", cidrBlocks: ["0.0.0.0/0"] })],
    [
      "HTTPS by a rule on its own",
      ownRule(own, { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" }),
    ],
  ],
  reports: [
    [
      "everything to everywhere",
      egress({ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }),
      first,
    ],
    ["HTTP to everywhere", egress(tcp(80, ["0.0.0.0/0"])), first],
    ["QUIC", egress(tcp(443, ["0.0.0.0/0"], { protocol: "udp" })), first],
    ["ports up to HTTPS", egress(tcp(443, ["0.0.0.0/0"], { fromPort: 1 })), first],
    [
      "everywhere by IPv6",
      egress(tcp(80, [], { ipv6CidrBlocks: ["::/0"] })),
      ["serving#egress.0.ipv6CidrBlocks.0"],
    ],
    [
      "two halves",
      egress(tcp(80, ["0.0.0.0/1", "128.0.0.0/1"])),
      [...first, "serving#egress.0.cidrBlocks.1"],
    ],
    [
      "ranges that are too wide together",
      egress(tcp(80, ["203.0.112.0/22"]), tcp(25, ["198.51.100.0/24"])),
      ["serving#egress"],
    ],
    ["an unknown port", egress(tcp(unknown, ["0.0.0.0/0"])), first],
    [
      "an unknown range beside a good one",
      egress(tcp(80, ["10.40.0.0/16", unknown])),
      ["serving#egress.0.cidrBlocks.1"],
    ],
    ["unknown rules", groupWith({ egress: unknown }), ["serving#egress"]],
    ["a whole /8", egress(tcp(80, ["52.0.0.0/8"])), first],
    ["a number for a range", egress(tcp(80, [0])), first],
    [
      "a rule on its own",
      ownRule(old, { type: "egress", protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }),
      ["out#cidrBlocks.0"],
    ],
    ["the newer form", ownRule(own, { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }), ["out#cidrIpv4"]],
    [
      "a setting that can't be",
      egress(),
      ["serving#configuration.ownRanges"],
      { config: { ownRanges: "17.0.0.0/8" } },
    ],
  ],
});
