import { ruleHostResolves as rule } from "../../../../policies/rules/network/rule-host-resolves.ts";
import { unknown } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { made, reached } from "../../fixtures/outside.ts";

const at = ["chat-live#conditions.hostHeader.chat.models.internal"];

cases(rule, {
  passes: [
    ["its record", reached()],
    ["a record for all hosts of the zone", reached({ record: "*.models.internal" })],
    ["other letters and a last dot", reached({ record: "CHAT.models.internal." })],
    [
      "a public zone further from the host",
      [...reached(), made("aws:route53/zone:Zone", { name: "internal" }, "wider")],
    ],
    ["a host of another zone", reached({ host: "llm.example.com" })],
    ["no rules", [made("aws:route53/zone:Zone", { name: "models.internal" })]],
  ],
  reports: [
    ["another name", reached({ record: "code.models.internal" }), at],
    ["a name that is unknown", reached({ record: unknown }), at],
    ["no name", reached({ record: null }), at],
    [
      "another load balancer",
      reached({ leadsTo: made("aws:lb/loadBalancer:LoadBalancer", {}, "other") }),
      at,
    ],
    ["a zone of no VPC", reached({ vpcs: null }), at],
    ["a zone of an empty list of VPCs", reached({ vpcs: [] }), at],
    ["a zone whose VPCs are unknown", reached({ vpcs: unknown }), at],
    [
      "a public zone closer to the host",
      [...reached(), made("aws:route53/zone:Zone", { name: "chat.models.internal" }, "closer")],
      at,
    ],
    ["no record", reached().slice(0, -1), at],
  ],
});
