import type { Wire } from "../../../scripts/plan/wire.ts";
import type { Addition } from "../additions.ts";
import { added, aws, changed, object, type Way } from "./way.ts";

/** Ranges of the internet in many forms, none of which says 0.0.0.0/0. */
const shapes: Readonly<Record<string, readonly string[]>> = {
  "two halves": ["0.0.0.0/1", "128.0.0.0/1"],
  "a /8": ["52.0.0.0/8"],
  "a /9 beside a private network": ["10.0.0.0/8", "52.0.0.0/9"],
  "a /12": ["52.208.0.0/12"],
  "more than the private networks": ["10.0.0.0/7"],
  "many /24": Array.from({ length: 64 }, (_, part) => `52.1.${part * 4}.0/24`),
  "all but the metadata's address": Array.from({ length: 32 }, (_, bit) => beside("169.254.169.254", bit)),
  "a half of IPv6": ["2000::/4"],
  "a provider's IPv6": ["2600:1f00::/24"],
  "IPv4 through NAT64": ["64:ff9b::/96"],
  "a half through NAT64": ["64:ff9b::/97"],
};

/** The range of addresses that share some first bits with one, and not the next. */
function beside(address: string, bit: number): string {
  const number = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const flipped = (number ^ (1 << (31 - bit))) >>> 0;
  const first = bit === 31 ? flipped : ((flipped >>> (31 - bit)) << (31 - bit)) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join(".")}/${bit + 1}`;
}

/** What each form of the internet becomes somewhere. */
function each<T>(become: (ranges: readonly string[]) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(shapes).map(([what, ranges]) => [what, become(ranges)]));
}

const ssh = { protocol: "tcp", fromPort: 22, toPort: 22 };
const block = (cidr: string) => ({ ipBlock: { cidr } });
const web = (annotations: Readonly<Record<string, string>>, spec: object = {}): Addition =>
  object("core/v1:Service", { type: "LoadBalancer", ...spec }, { metadata: { name: "way", annotations } });
const internal = { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" };

export const ranges: readonly Way[] = [
  ...added(
    "public ranges into a security group",
    ["security-group-no-open-ingress"],
    each((cidrs) =>
      aws("ec2/securityGroup:SecurityGroup", {
        ingress: [
          {
            ...ssh,
            cidrBlocks: cidrs.filter((one) => !one.includes(":")),
            ipv6CidrBlocks: cidrs.filter((one) => one.includes(":")),
          },
        ],
      }),
    ),
  ),
  ...added(
    "public ranges out of a security group",
    ["security-group-no-open-egress"],
    each((cidrs) =>
      aws("ec2/securityGroupRule:SecurityGroupRule", { type: "egress", ...ssh, cidrBlocks: cidrs }),
    ),
  ),
  ...added(
    "public ranges to the Kubernetes API",
    ["cluster-endpoint-not-open"],
    each((publicAccessCidrs) =>
      aws("eks/cluster:Cluster", { vpcConfig: { endpointPrivateAccess: true, publicAccessCidrs } }),
    ),
  ),
  ...changed(
    "public ranges to the engines",
    ["engine-ingress-narrow"],
    each((cidrs): [string, string, Wire] => [":NetworkPolicy", "spec.ingress.0.from", cidrs.map(block)]),
  ),
  ...changed(
    "public ranges from the engines",
    ["engine-egress-narrow"],
    // Storage takes a part of a /12.
    Object.fromEntries(
      Object.entries(
        each((cidrs): [string, string, Wire] => [":NetworkPolicy", "spec.egress.1.to", cidrs.map(block)]),
      ).filter(([what]) => what !== "a /12" && what !== "many /24"),
    ),
  ),
  ...added(
    "public ranges in a prefix list",
    ["public-ranges-narrow"],
    each((cidrs) =>
      aws("ec2/managedPrefixList:ManagedPrefixList", { entries: cidrs.map((cidr) => ({ cidr })) }),
    ),
  ),
  ...added(
    "public ranges to a load balancer",
    ["public-ranges-narrow"],
    each((loadBalancerSourceRanges) => web(internal, { loadBalancerSourceRanges })),
  ),
  ...added(
    "public ranges to an Ingress",
    ["public-ranges-narrow"],
    each((cidrs) =>
      object(
        "networking.k8s.io/v1:Ingress",
        { ingressClassName: "alb" },
        {
          metadata: {
            name: "way",
            annotations: {
              "alb.ingress.kubernetes.io/scheme": "internal",
              "alb.ingress.kubernetes.io/inbound-cidrs": cidrs.join(", "),
            },
          },
        },
      ),
    ),
  ),
  ...Object.entries(shapes).map(
    ([what, addresses]): Way => ({
      kind: "public ranges that a web ACL allows",
      what,
      adds: [
        { type: "aws:wafv2/ipSet:IpSet", name: "callers", inputs: { addresses } },
        {
          type: "aws:wafv2/webAcl:WebAcl",
          name: "way",
          inputs: {
            defaultAction: { block: {} },
            rules: [
              {
                name: "callers",
                priority: 1,
                action: { allow: {} },
                statement: { ipSetReferenceStatement: { arn: "arn" } },
              },
            ],
          },
          behind: { rules: ["callers"] },
        },
      ],
      caughtBy: ["public-ranges-narrow"],
    }),
  ),
];
