import { engineEgressNarrow as rule } from "../../../../policies/rules/network/engine-egress-narrow.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import {
  block,
  denyAll,
  engineLabels,
  enginePods,
  engineSelector,
  everyEngine,
  policy,
  says,
} from "../../network-policy.ts";

const https: Wire = [{ protocol: "TCP", port: 443 }];
const storage = { to: [block("52.216.0.0/15"), block("3.5.0.0/19")], ports: https };
const agent = { to: [block("169.254.170.23/32")], ports: [{ protocol: "TCP", port: 80 }] };
const dnsServers = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
  podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
};
const both: Wire = [
  { protocol: "UDP", port: 53 },
  { protocol: "TCP", port: 53 },
];
const said = (to: Wire, ports: Wire = https): readonly Given[] => [enginePods(), says({ to, ports })];
const to = (index = 0) => [`engines#spec.egress.0.to.${index}`];
const group = { matchLabels: { ...engineLabels } };
const staging = { matchLabels: { "app.kubernetes.io/name": "stage-model" } };
const inNamespace = (name: Wire): Wire => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const otlp: Wire = [
  { protocol: "TCP", port: 4317 },
  { protocol: "TCP", port: 4318 },
];
const trusted = { config: { collectorNamespaces: ["tracing"] } };
const anthill = Array.from({ length: 65 }, (_, second) => block(`52.${second}.0.0/16`));

cases(rule, {
  passes: [
    [
      "names, weights and credentials",
      [enginePods(), denyAll, says({ to: [dnsServers], ports: both }, storage, agent)],
    ],
    ["the agent by IPv6", said([block("fd00:ec2::23/128")], [{ port: 80 }])],
    ["nothing", [enginePods(), denyAll]],
    ["spans to a trusted collector", said([inNamespace("tracing")], otlp), trusted],
    ["a secret range", said([block(secret("52.216.0.0/15"))])],
    ["the widest range, and a part of it", said([block("52.208.0.0/12"), block("52.216.0.0/15")])],
    [
      "a replica's engines among themselves, on any port",
      [enginePods(), policy({ podSelector: group, egress: [{ to: [{ podSelector: group }] }] })],
    ],
    [
      "a policy of pods that run no engine",
      [enginePods({ containers: [{ name: "web", image: "nginx" }] }), says({})],
    ],
    ["a staging Job's policy", [enginePods(), policy({ podSelector: staging, egress: [{}] })]],
    [
      "a policy of another namespace",
      [enginePods(), policy({ podSelector: {}, egress: [{}] }, "web", "web")],
    ],
  ],
  reports: [
    ["every address", [enginePods(), says({ ports: https })], ["engines#spec.egress.0.to"]],
    ["every address by an empty list", said([]), ["engines#spec.egress.0.to"]],
    ["an empty rule beside a good one", [enginePods(), says(storage, {})], ["engines#spec.egress.1.to"]],
    ["everywhere, with exceptions", said([block("0.0.0.0/0", { except: ["169.254.169.254/32"] })]), to()],
    ["everywhere for HTTPS", said([block("0.0.0.0/0")]), to()],
    ["two halves", said([block("0.0.0.0/1"), block("128.0.0.0/1")]), [...to(0), ...to(1)]],
    ["everywhere by IPv6", said([block("::/0")]), to()],
    ["all of IPv4 through NAT64", said([block("64:ff9b::/96")]), to()],
    ["a range just too wide", said([block("52.192.0.0/11")]), to()],
    [
      "two ranges of which each is narrow",
      said([block("52.208.0.0/12"), block("54.231.0.0/16")]),
      ["engines#spec.egress"],
    ],
    ["a whole /8", said([block("52.0.0.0/8")]), to()],
    ["many narrow ranges", said(anthill), ["engines#spec.egress"]],
    ["missing ports", [enginePods(), says({ to: [block("52.216.0.0/15")] })], to()],
    ["another port", said([block("52.216.0.0/15")], [{ port: 22 }]), to()],
    ["another port beside HTTPS", said([block("52.216.0.0/15")], [{ port: 443 }, { port: 22 }]), to()],
    ["QUIC", said([block("52.216.0.0/15")], [{ protocol: "UDP", port: 443 }]), to()],
    ["a range of ports", said([block("52.216.0.0/15")], [{ port: 443, endPort: 65_535 }]), to()],
    ["a port as text", said([block("52.216.0.0/15")], [{ port: "443" }]), to()],
    [
      "a namespace",
      said([{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }], both),
      to(),
    ],
    ["spans to a namespace that the configuration doesn't name", said([inNamespace("tracing")], otlp), to()],
    ["another namespace than the collector's", said([inNamespace("web")], otlp), to(), trusted],
    ["an unknown namespace", said([inNamespace(unknown)], otlp), to(), trusted],
    ["the collector on every port", [enginePods(), says({ to: [inNamespace("tracing")] })], to(), trusted],
    ["the collector's other ports", said([inNamespace("tracing")], https), to(), trusted],
    [
      "the collector that is also every address",
      said([{ ...(inNamespace("tracing") as object), ipBlock: { cidr: "0.0.0.0/0" } }], otlp),
      to(),
      trusted,
    ],
    ["DNS of every namespace", said([{ ...dnsServers, namespaceSelector: {} }], both), to()],
    ["DNS on every port", [enginePods(), says({ to: [dnsServers] })], to()],
    ["DNS on another port", said([dnsServers], [{ protocol: "UDP", port: 5353 }]), to()],
    ["DNS that is also every address", said([{ ...dnsServers, ipBlock: { cidr: "0.0.0.0/0" } }], both), to()],
    ["pods next door", said([{ podSelector: { matchLabels: { app: "web" } } }]), to()],
    ["the agent on another port", said([block("169.254.170.23/32")], [{ port: 443 }]), to()],
    ["the node's metadata", said([block("169.254.169.254/32")], [{ port: 80 }]), to()],
    ["a range that is unknown, beside a good one", said([block("52.216.0.0/15"), block(unknown)]), to(1)],
    ["an unknown peer", said([unknown]), to()],
    ["unknown peers", said(unknown), ["engines#spec.egress.0.to"]],
    [
      "unknown rules",
      [enginePods(), policy({ podSelector: engineSelector, egress: unknown })],
      ["engines#spec.egress.to"],
    ],
    ["a list in place of a range", said([block(["52.216.0.0/15"])]), to()],
    [
      "a second policy of some engines",
      [enginePods(), says(storage), policy({ podSelector: group, egress: [{}] }, "more")],
      ["more#spec.egress.0.to"],
    ],
    [
      "a policy that may select engines",
      [enginePods(), policy({ podSelector: unknown, egress: [{}] })],
      ["engines#spec.egress.0.to"],
    ],
    [
      "engines whose labels are unknown",
      [enginePods({ labels: unknown }), says({})],
      ["engines#spec.egress.0.to"],
    ],
    [
      "what every kind of workload may say, once",
      [...everyEngine(), policy({ podSelector: {}, egress: [{}] }, "engines", "default")],
      ["engines#spec.egress.0.to"],
    ],
    [
      "an engine by its repository",
      [enginePods({ containers: [{ name: "e", image: "acme/llm" }] }), says({})],
      ["engines#spec.egress.0.to"],
      { config: { vllmImages: ["acme/llm"] } },
    ],
    [
      "a setting that can't be",
      [enginePods()],
      ["stack#configuration.tgiImages"],
      { config: { tgiImages: "all" } },
    ],
  ],
});
