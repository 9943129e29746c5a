import { publicRangesNarrow as rule } from "../../../../policies/rules/network/public-ranges-narrow.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { groupWith, prefixList, tcp } from "../../fixtures/network.ts";
import { ownRule, webAcl } from "../../web-acl.ts";

const offices = prefixList([{ cidr: "203.0.113.0/24" }]);
const grown: Given = { ...offices, outputs: { id: "pl-0123456789abcdef0" } };
const entry = (cidr: Wire): Given => ({
  type: "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
  name: "office",
  props: { prefixListId: unknown, cidr },
});
const group = (prefixListIds: Wire, lists: readonly Given[] = []): Given => ({
  ...groupWith({ ingress: [tcp(443, [], { prefixListIds })] }),
  behind: { ingress: lists },
});
const ruleFrom = (prefixListId: Wire, lists: readonly Given[] = []): Given => ({
  type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  name: "web",
  props: { ipProtocol: "tcp", fromPort: 443, toPort: 443, prefixListId },
  behind: { prefixListId: lists },
});
const service = (spec: Given["props"], annotations: Given["props"] = {}): Given => ({
  type: "kubernetes:core/v1:Service",
  name: "web",
  props: { metadata: { name: "web", annotations }, spec: { type: "LoadBalancer", ...spec } },
});
const ingress = (annotations: Wire): Given => ({
  type: "kubernetes:networking.k8s.io/v1:Ingress",
  name: "web",
  props: { metadata: { name: "web", annotations }, spec: { ingressClassName: "alb" } },
});
const chart = (values: Wire): Given => ({
  type: "kubernetes:helm.sh/v3:Release",
  name: "web",
  props: { chart: "web", values },
});
const set = (addresses: Wire): Given => ({
  type: "aws:wafv2/ipSet:IpSet",
  name: "callers",
  props: { scope: "REGIONAL", ipAddressVersion: "IPV4", addresses },
});
const reference = { ipSetReferenceStatement: { arn: unknown } };
const acl = (addresses: Wire, action: Wire, statement: Wire = reference): readonly Given[] => {
  const one = set(addresses);
  const filled = webAcl([{ name: "callers", priority: 1, action, statement }]);
  return [one, { ...filled, behind: { rules: [one] } }];
};
const half = "0.0.0.0/1";
const halves = [half, "128.0.0.0/1"];
const allow = { allow: {} };
const block = { block: {} };
const inbound = "alb.ingress.kubernetes.io/inbound-cidrs";
const inboundLists = "alb.ingress.kubernetes.io/security-group-prefix-lists";

cases(rule, {
  passes: [
    ["a prefix list of offices", offices],
    ["a prefix list of private networks", prefixList([{ cidr: "10.0.0.0/8" }, { cidr: "172.16.0.0/12" }])],
    ["a secret range", prefixList([{ cidr: secret("203.0.113.0/24") }])],
    ["a list whose entries stand elsewhere", [prefixList(null), entry("203.0.113.0/24")]],
    ["a list of the stack, before it is made", [offices, group([unknown], [offices])]],
    ["a list of the stack, once it is made", [grown, ruleFrom("pl-0123456789abcdef0", [grown])]],
    ["a listed one", group(["pl-3b927c52"]), { config: { prefixLists: ["pl-3b927c52"] } }],
    [
      "a service of AWS's by its prefix list, over HTTPS",
      groupWith({ egress: [tcp(443, [], { prefixListIds: [unknown] })] }),
    ],
    ["what may come to the public group", { ...group([unknown]), name: "edge" }],
    ["an Ingress for private callers", ingress({ [inbound]: "10.0.0.0/8, 192.168.0.0/16" })],
    ["a Service for an office", service({ loadBalancerSourceRanges: ["203.0.113.0/24"] })],
    ["a Service without ranges", service({})],
    ["a chart for an office", chart({ web: { service: { loadBalancerSourceRanges: ["203.0.113.0/24"] } } })],
    ["an allow list of an office", acl(["203.0.113.0/24"], allow)],
    ["a block list of half the internet", acl([half], block)],
    ["a set that no rule reads", set(halves)],
    [
      "a range of the organisation's own",
      prefixList([{ cidr: "17.0.0.0/8" }]),
      { config: { ownRanges: ["17.0.0.0/8"] } },
    ],
  ],
  reports: [
    [
      "the internet in two halves",
      prefixList(halves.map((cidr) => ({ cidr }))),
      ["offices#entries.0.cidr", "offices#entries.1.cidr"],
    ],
    ["a whole /8", prefixList([{ cidr: "52.0.0.0/8" }]), ["offices#entries.0.cidr"]],
    [
      "more offices than there are",
      prefixList(Array.from({ length: 5 }, (_, part) => ({ cidr: `203.0.${part * 2}.0/24` }))),
      ["offices#entries"],
    ],
    ["half of IPv6", prefixList([{ cidr: "8000::/1" }]), ["offices#entries.0.cidr"]],
    ["unknown entries", prefixList(unknown), ["offices#entries.cidr"]],
    ["an entry that is unknown", prefixList([{ cidr: unknown }]), ["offices#entries.0.cidr"]],
    ["an entry on its own", entry(half), ["office#cidr"]],
    ["another owner's prefix list", group(["pl-3b927c52"]), ["serving#ingress.0.prefixListIds.0"]],
    ["an unknown one", group([unknown]), ["serving#ingress.0.prefixListIds.0"]],
    ["unknown ones", group(unknown), ["serving#ingress.0.prefixListIds"]],
    [
      "another owner's prefix list in a separate rule",
      ruleFrom("pl-3b927c52", [grown]),
      ["web#prefixListId"],
    ],
    [
      "an Ingress for half the internet",
      ingress({ [inbound]: `10.0.0.0/8,${half}` }),
      [`web#metadata.annotations.${inbound}`],
    ],
    [
      "an Ingress with unknown callers",
      ingress({ [inbound]: unknown }),
      [`web#metadata.annotations.${inbound}`],
    ],
    [
      "an Ingress for another owner's prefix list",
      ingress({ [inboundLists]: "pl-3b927c52" }),
      [`web#metadata.annotations.${inboundLists}`],
    ],
    [
      "a Service for the internet in halves",
      service({ loadBalancerSourceRanges: halves }),
      ["web#spec.loadBalancerSourceRanges.0", "web#spec.loadBalancerSourceRanges.1"],
    ],
    [
      "a Service for a /8 by annotation",
      service({}, { "service.beta.kubernetes.io/load-balancer-source-ranges": "52.0.0.0/8" }),
      ["web#metadata.annotations.service.beta.kubernetes.io/load-balancer-source-ranges"],
    ],
    [
      "a chart open to every address",
      chart({ web: { service: { loadBalancerSourceRanges: ["0.0.0.0/0"] } } }),
      ["web#values.web.service.loadBalancerSourceRanges.0"],
    ],
    ["an allow list of half the internet", acl([half], allow), ["callers#addresses.0"]],
    ["unknown addresses that are allowed", acl(unknown, allow), ["callers#addresses"]],
    [
      "what is left out of a block",
      acl([half], block, { notStatement: { statement: reference } }),
      ["callers#addresses.0"],
    ],
    [
      "an allow list of a rule on its own",
      ((one: Given) => [
        one,
        { ...ownRule(webAcl([]), { action: allow, statement: reference }), behind: { statement: [one] } },
      ])(set([half])),
      ["callers#addresses.0"],
    ],
    [
      "a prefix list on other ports",
      groupWith({ egress: [tcp(587, [], { prefixListIds: ["pl-3b927c52"] })] }),
      ["serving#egress.0.prefixListIds.0"],
    ],
    [
      "a setting that can't be",
      offices,
      ["stack#configuration.ownRanges"],
      { config: { ownRanges: ["0.0.0.0/0"] } },
    ],
  ],
});
