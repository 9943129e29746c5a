import type { Wire } from "../../../scripts/plan/wire.ts";
import type { Mistake } from "../mutations.ts";

const set = (value: Wire) => () => value;
const add = (value: Wire) => (list: Wire) => [...(list as readonly Wire[]), value] as Wire;
const tcp = (port: number, more: Wire) => ({
  description: "x",
  protocol: "tcp",
  fromPort: port,
  toPort: port,
  ...(more as object),
});
const block = (cidr: string): Wire => ({ ipBlock: { cidr } });
const isEngines: Mistake["where"] = (_, { name }) => name === "serving-engines";

/** What can be wrong with what reaches what. */
export const networkMistakes: readonly Mistake[] = [
  ...[
    { what: "everybody by IPv6", ranges: { ipv6CidrBlocks: ["::/0"] } },
    { what: "the other half of the internet", ranges: { cidrBlocks: ["128.0.0.0/1"] } },
    { what: "all of IPv4 as IPv6 writes it", ranges: { ipv6CidrBlocks: ["64:ff9b::/96"] } },
    { what: "a prefix list of somebody's", ranges: { prefixListIds: ["pl-3b927c52"] } },
    { what: "a range with a slip of the pen", ranges: { cidrBlocks: ["10.40.0.0"] } },
  ].map(
    ({ what, ranges }): Mistake => ({
      what,
      type: "ec2/securityGroup:SecurityGroup",
      path: "ingress",
      becomes: add(tcp(8000, ranges)),
      caughtBy: ["security-group-no-open-ingress"],
    }),
  ),
  {
    what: "the internet in narrow ranges",
    type: "ec2/securityGroup:SecurityGroup",
    path: "ingress",
    becomes: set([tcp(22, { cidrBlocks: Array.from({ length: 256 }, (_, first) => `${first}.0.0.0/8`) })]),
    caughtBy: ["security-group-no-open-ingress"],
  },
  {
    what: "HTTP to everywhere",
    type: "ec2/securityGroup:SecurityGroup",
    path: "egress",
    becomes: set([tcp(80, { cidrBlocks: ["0.0.0.0/0"] })]),
    caughtBy: ["security-group-no-open-egress"],
  },
  {
    what: "a default group that lets everything out",
    type: ":DefaultSecurityGroup",
    path: "egress",
    becomes: set([{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }]),
    caughtBy: ["default-security-group-closed"],
  },

  {
    what: "every namespace",
    type: ":NetworkPolicy",
    path: "spec.ingress.*.from",
    where: isEngines,
    becomes: add({ namespaceSelector: {} }),
    caughtBy: ["engine-ingress-narrow"],
  },
  {
    what: "a whole namespace",
    type: ":NetworkPolicy",
    path: "spec.ingress.1.from.0.podSelector",
    where: isEngines,
    caughtBy: ["engine-ingress-narrow"],
  },
  {
    what: "certain pods of every namespace",
    type: ":NetworkPolicy",
    path: "spec.ingress.1.from.0.namespaceSelector",
    where: isEngines,
    becomes: set({}),
    caughtBy: ["engine-ingress-narrow"],
  },
  {
    what: "everybody with an exception",
    type: ":NetworkPolicy",
    path: "spec.ingress.0.from",
    where: isEngines,
    becomes: set([{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } }]),
    caughtBy: ["engine-ingress-narrow"],
  },
  {
    what: "every port",
    type: ":NetworkPolicy",
    path: "spec.ingress.*.ports",
    where: isEngines,
    caughtBy: ["engine-ingress-narrow"],
  },
  {
    what: "a range of ports",
    type: ":NetworkPolicy",
    path: "spec.ingress.*.ports.*.endPort",
    where: isEngines,
    becomes: set(65_535),
    caughtBy: ["engine-ingress-narrow"],
  },
  {
    what: "every pod of a closed namespace opened",
    type: ":NetworkPolicy",
    path: "spec.ingress",
    where: (_, { name }) => name === "serving-deny-all",
    becomes: set([{}]),
    caughtBy: ["engine-ingress-narrow"],
  },
  {
    what: "a namespace closed for some",
    type: ":NetworkPolicy",
    path: "spec.podSelector",
    where: (_, { name }) => name === "serving-deny-all",
    becomes: set({ matchLabels: { app: "chat" } }),
    caughtBy: ["engine-ingress-narrow"],
  },
  {
    what: "everywhere for HTTPS",
    type: ":NetworkPolicy",
    path: "spec.egress.*.to.0",
    where: isEngines,
    becomes: set(block("0.0.0.0/0")),
    caughtBy: ["engine-egress-narrow"],
  },
  {
    what: "storage on every port",
    type: ":NetworkPolicy",
    path: "spec.egress.*.ports",
    where: isEngines,
    caughtBy: ["engine-egress-narrow"],
  },
  {
    what: "pods next door",
    type: ":NetworkPolicy",
    path: "spec.egress.*.to",
    where: isEngines,
    becomes: add({ podSelector: {} }),
    caughtBy: ["engine-egress-narrow"],
  },

  {
    what: "the load balancer shut out",
    type: ":NetworkPolicy",
    path: "spec.ingress.0",
    where: isEngines,
    caughtBy: ["engine-reachable"],
  },
  {
    what: "another network's load balancer let in",
    type: ":NetworkPolicy",
    path: "spec.ingress.0.from",
    where: isEngines,
    becomes: set([block("10.99.0.0/18")]),
    caughtBy: ["engine-reachable"],
  },
  {
    what: "one of the zones shut out",
    type: ":NetworkPolicy",
    path: "spec.ingress.0.from.0",
    where: isEngines,
    caughtBy: ["engine-reachable"],
  },
  {
    what: "the wrong port let in",
    type: ":NetworkPolicy",
    path: "spec.ingress.0.ports.*.port",
    where: isEngines,
    becomes: set(80),
    caughtBy: ["engine-reachable"],
  },
  {
    what: "a way in that doesn't count",
    type: ":NetworkPolicy",
    path: "spec.policyTypes",
    where: isEngines,
    becomes: set(["Egress"]),
    caughtBy: ["engine-reachable"],
  },
  {
    what: "ways in for others",
    type: ":NetworkPolicy",
    path: "spec.podSelector",
    where: isEngines,
    becomes: set({ matchLabels: { "gantry.dev/model": "nobody" } }),
    caughtBy: ["engine-reachable"],
  },

  {
    what: "a value that takes enforcement back",
    type: "eks:index:Cluster",
    path: "vpcCniOptions.configurationValues",
    becomes: set({ enableNetworkPolicy: "false" }),
    caughtBy: ["network-policy-enforced"],
  },
  {
    what: "the network as it comes",
    type: "eks:index:Cluster",
    path: "useDefaultVpcCni",
    becomes: set(true),
    caughtBy: ["network-policy-enforced"],
  },

  {
    what: "headers left as they come",
    type: "lb/loadBalancer:LoadBalancer",
    path: "dropInvalidHeaderFields",
    caughtBy: ["load-balancer-request-hygiene"],
  },
  {
    what: "a client that names its own address",
    type: "lb/loadBalancer:LoadBalancer",
    path: "xffHeaderProcessingMode",
    becomes: set("preserve"),
    caughtBy: ["load-balancer-request-hygiene"],
  },
  {
    what: "a second entrance",
    type: "lb/loadBalancer:LoadBalancer",
    path: "internal",
    caughtBy: ["internet-facing-expected"],
  },
  {
    what: "models before the whole internet, without a firewall, logs or closed paths",
    type: "lb/loadBalancer:LoadBalancer",
    path: "internal",
    becomes: set("true"),
    caughtBy: ["public-load-balancer-has-waf"],
  },
  {
    what: "HTTPS of 2016",
    type: "lb/listener:Listener",
    path: "protocol",
    becomes: set("HTTPS"),
    caughtBy: ["listener-tls-policy"],
  },
  {
    what: "Grafana on the internet",
    type: "helm.sh/v3:Release",
    path: "values.grafana",
    where: (_, { inputs }) => inputs.chart === "kube-prometheus-stack",
    becomes: (grafana) => ({ ...(grafana as object), ingress: { enabled: true } }),
    caughtBy: ["internet-facing-expected"],
  },
];
