import { loadBalancerReachesTargets as rule } from "../../../../policies/rules/network/load-balancer-reaches-targets.ts";
import { unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { reached } from "../../fixtures/outside.ts";

const open = (port: Wire, toPort = port, protocol = "tcp") => [
  { protocol, fromPort: port, toPort, cidrBlocks: ["10.40.0.0/16"] },
];
const out = ["serving#securityGroups.egress"];
const into = ["serving#securityGroups.ingress"];

cases(rule, {
  passes: [
    ["its ports", reached()],
    ["a range of ports", reached({ group: { ingress: open(80), egress: open(7000, 9000) } })],
    ["every protocol", reached({ group: { ingress: open(0, 0, "-1"), egress: open(0, 0, "-1") } })],
    ["a binding that opens the port", reached({ bound: 8000 })],
    ["a binding that opens it by name", reached({ bound: "http" })],
  ],
  reports: [
    ["nothing", reached({ group: {} }), [...into, ...out]],
    ["another port out", reached({ group: { ingress: open(80), egress: open(9000) } }), out],
    ["another port in", reached({ group: { ingress: open(443), egress: open(8000) } }), into],
    ["another protocol", reached({ group: { ingress: open(80), egress: open(8000, 8000, "udp") } }), out],
    ["rules that are unknown", reached({ group: { ingress: open(80), egress: unknown } }), out],
    ["a listener whose port is unknown", reached({ port: unknown }), into],
    ["a binding that opens another port", reached({ bound: 9000 }), ["chat-blue#spec.networking.ingress"]],
  ],
});
