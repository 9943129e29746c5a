import { ruleHostResolves as rule } from "../../../../policies/rules/network/rule-host-resolves.ts";
import { unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { made, reached } from "../../fixtures/outside.ts";

const at = ["chat-live#conditions.hostHeader.chat.models.internal"];

/** The same stack with more in each resource of a type. */
const withMore = (type: string, more: (props: Given["props"]) => Given["props"]): readonly Given[] =>
  reached().map((one) =>
    one.type.endsWith(`:${type}`) ? { ...one, props: { ...one.props, ...more(one.props) } } : one,
  );
const narrowed = (condition: Wire) =>
  withMore("ListenerRule", ({ conditions }) => ({
    conditions: [...(conditions as readonly Wire[]), condition],
  }));
const bucket = { httpHeader: { httpHeaderName: "x-gantry-bucket", regexValues: ["0[0-4]"] } };
const canary = narrowed(bucket)
  .filter(({ type }) => type.endsWith(":ListenerRule"))
  .map((one) => ({ ...one, name: "canary" }));
const routed = (more: Given["props"]) => withMore("Record", () => more);

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
    ["a rule for some buckets beside one for all", [...reached(), ...canary]],
    ["a rule for some paths", narrowed({ pathPattern: { values: ["/v1/*"] } })],
    ["a record without a routing policy", routed({ weightedRoutingPolicies: [] })],
    ["no rules", [made("aws:route53/zone:Zone", { name: "models.internal" })]],
  ],
  reports: [
    ["another name", reached({ record: "code.models.internal" }), at],
    ["a rule for some buckets alone", narrowed(bucket), at],
    ["a rule for some addresses", narrowed({ sourceIp: { values: ["10.0.0.0/8"] } }), at],
    ["callers of one continent", routed({ geolocationRoutingPolicies: [{ continent: "EU" }] }), at],
    ["a share of the callers", routed({ weightedRoutingPolicies: [{ weight: 1 }] }), at],
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
