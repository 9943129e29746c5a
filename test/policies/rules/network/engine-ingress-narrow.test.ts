import { engineIngressNarrow as rule } from "../../../../policies/rules/network/engine-ingress-narrow.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import {
  block,
  denyAll,
  engineLabels,
  enginePods,
  enginePort,
  engineSelector,
  everyEngine,
  hears,
  policy,
  prometheus,
} from "../../network-policy.ts";
import { deployment, engine } from "../../workload.ts";

const subnets = [block("10.40.0.0/18"), block("10.40.64.0/18")];
const closed = [enginePods(), denyAll];
/** A closed namespace whose engines hear one rule. */
const heard = (from: Wire, ports: Wire = [enginePort]): readonly Given[] => [
  ...closed,
  hears({ from, ports }),
];
const peer = (index = 0) => [`engines#spec.ingress.0.from.${index}`];
const port = (index = 0) => [`engines#spec.ingress.0.ports.${index}`];
const noPolicy = ["chat-blue#metadata.namespace"];
const group = { matchLabels: { ...engineLabels } };
const named = { matchLabels: { app: "prometheus" } };
const everywhere = { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "Exists" }] };
const web = enginePods({ containers: [{ name: "web", image: "nginx" }] });
const adminPolicy: Given = {
  type: "kubernetes:policy.networking.k8s.io/v1alpha1:AdminNetworkPolicy",
  name: "admin",
  props: { spec: {} },
};
const anthill = Array.from({ length: 256 }, (_, second) => block(`10.${second}.0.0/16`));

cases(rule, {
  passes: [
    [
      "load balancer and monitoring",
      [...closed, hears({ from: subnets, ports: [enginePort] }, { from: [prometheus], ports: [enginePort] })],
    ],
    ["a closed namespace without a way in", closed],
    [
      "a VPC of the organisation's own public addresses",
      heard([block("17.1.0.0/16")]),
      { config: { ownRanges: ["17.0.0.0/8"] } },
    ],
    ["a whole VPC and a part of it", heard([block("10.40.0.0/16"), block("10.40.0.0/18")])],
    ["pods of the same namespace", heard([{ podSelector: named }])],
    [
      "one of a list of values",
      heard([{ podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["a", "b"] }] } }]),
    ],
    ["a port by its name", heard(subnets, [{ port: "http" }])],
    ["a secret range", heard([block(secret("10.40.0.0/18"))])],
    [
      "a replica's engines among themselves, on any port",
      [
        ...closed,
        policy({
          podSelector: group,
          policyTypes: ["Ingress"],
          ingress: [{ from: [{ podSelector: group }] }],
        }),
      ],
    ],
    [
      "a policy of other pods",
      [...closed, policy({ podSelector: { matchLabels: { app: "web" } }, ingress: [{}] })],
    ],
    ["a policy of another namespace", [...closed, policy({ podSelector: {}, ingress: [{}] }, "web", "web")]],
    ["other pods in an open namespace", [web]],
    ["other pods under a policy of another kind", [web, adminPolicy]],
    [
      "every selector left out, which closes all",
      [enginePods(), policy({ policyTypes: ["Egress", "Ingress"], ingress: [], egress: null })],
    ],
    [
      "two namespaces, each closed",
      [
        ...closed,
        enginePods({ namespace: "more" }, "code"),
        policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] }, "more", "more"),
      ],
    ],
  ],
  reports: [
    ["no policy", [enginePods()], noPolicy],
    [
      "the namespace closed one way",
      [enginePods(), policy({ podSelector: {}, policyTypes: ["Ingress"] })],
      noPolicy,
    ],
    [
      "egress that isn't closed for lack of a rule",
      [enginePods(), policy({ podSelector: {}, egress: [] })],
      noPolicy,
    ],
    [
      "a part of the namespace closed",
      [enginePods(), policy({ podSelector: engineSelector, policyTypes: ["Ingress", "Egress"] })],
      noPolicy,
    ],
    [
      "another namespace of that policy",
      [enginePods(), policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] }, "deny-all", "default")],
      noPolicy,
    ],
    [
      "a closed namespace of the same labels elsewhere",
      [...closed, enginePods({ namespace: "other" }, "code")],
      ["code#metadata.namespace"],
    ],
    [
      "a policy of an unknown namespace",
      [enginePods(), policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] }, "deny-all", unknown)],
      noPolicy,
    ],
    [
      "a policy of unknown pods",
      [enginePods(), policy({ podSelector: unknown, policyTypes: ["Ingress", "Egress"] })],
      noPolicy,
    ],
    [
      "a policy of unknown types",
      [enginePods(), policy({ podSelector: {}, policyTypes: ["Ingress", unknown] })],
      noPolicy,
    ],
    [
      "a policy of all with a way in",
      [enginePods(), policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}] })],
      [...noPolicy, "engines#spec.ingress.0.from", "engines#spec.ingress.0.ports"],
    ],
    ["engines in an unknown namespace", [denyAll, enginePods({ namespace: unknown })], noPolicy],
    [
      "each of two in unknown namespaces",
      [denyAll, enginePods({ namespace: unknown }), enginePods({ namespace: unknown }, "code")],
      [...noPolicy, "code#metadata.namespace"],
    ],
    [
      "each namespace once",
      [enginePods(), enginePods({}, "chat-green"), enginePods({ namespace: "b" }, "code")],
      [...noPolicy, "code#metadata.namespace"],
    ],
    [
      "every kind of workload in one namespace, by the first in the order of URNs",
      everyEngine(),
      ["engine-5#metadata.namespace"],
    ],
    [
      "an engine beside another container",
      [enginePods({ containers: [{ name: "web", image: "nginx" }, engine] })],
      noPolicy,
    ],
    ...["initContainers", "ephemeralContainers"].map((list): [string, Given, string[]] => [
      `an engine among ${list}`,
      deployment([{ name: "web", image: "nginx" }], { [list]: [engine] }),
      noPolicy,
    ]),
    [
      "a container that may be an engine",
      [enginePods({ containers: [{ name: "web", image: unknown }] })],
      noPolicy,
    ],

    ["every address", [...closed, hears({ ports: [enginePort] })], ["engines#spec.ingress.0.from"]],
    ["every address by an empty list", heard([]), ["engines#spec.ingress.0.from"]],
    [
      "an empty rule",
      [...closed, hears({})],
      ["engines#spec.ingress.0.from", "engines#spec.ingress.0.ports"],
    ],
    [
      "a rule that is null, which is empty",
      [...closed, hears(null)],
      ["engines#spec.ingress.0.from", "engines#spec.ingress.0.ports"],
    ],
    ["every namespace", heard([{ namespaceSelector: {} }]), peer()],
    [
      "a whole namespace",
      heard([{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "web" } } }]),
      peer(),
    ],
    ["certain pods of every namespace", heard([{ namespaceSelector: {}, podSelector: named }]), peer()],
    [
      "the same by what labels there are",
      heard([{ namespaceSelector: everywhere, podSelector: named }]),
      peer(),
    ],
    ["every pod of the namespace", heard([{ podSelector: {} }]), peer()],
    [
      "pods by what they aren't",
      heard([{ podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["a"] }] } }]),
      peer(),
    ],
    ["an empty peer", heard([{}]), peer()],
    [
      "every address by address, with exceptions",
      heard([block("0.0.0.0/0", { except: ["10.0.0.0/8"] })]),
      peer(),
    ],
    [
      "two halves beside a good range",
      heard([block("0.0.0.0/1"), block("128.0.0.0/1"), ...subnets]),
      [...peer(0), ...peer(1)],
    ],
    ["every address by IPv6", heard([block("::/0")]), peer()],
    ["all of IPv4 through NAT64", heard([block("64:ff9b::/96")]), peer()],
    ["public addresses as many as a VPC has", heard([block("52.1.0.0/16")]), peer()],
    ["a range just too wide", heard([block("10.40.0.0/15")]), peer()],
    ["many narrow ranges", heard(anthill), ["engines#spec.ingress"]],
    [
      "narrow ranges in two rules",
      [
        ...closed,
        hears(
          { from: [block("10.40.0.0/16")], ports: [enginePort] },
          { from: [block("10.41.0.0/16")], ports: [enginePort] },
        ),
      ],
      ["engines#spec.ingress"],
    ],
    [
      "ranges that are pods or a namespace as well",
      heard(
        [{ podSelector: named }, { namespaceSelector: named }].map((more) => ({
          ipBlock: { cidr: "10.40.0.0/18" },
          ...more,
        })),
      ),
      [...peer(0), ...peer(1)],
    ],
    ["a range that is unknown", heard([block(unknown), ...subnets]), peer()],
    ["a range that is a number", heard([block(10)]), peer()],
    ["a label that is unknown", heard([{ podSelector: { matchLabels: { app: unknown } } }]), peer()],
    ["an unknown peer and its neighbour", heard([unknown, block("0.0.0.0/0")]), [...peer(0), ...peer(1)]],
    ["unknown peers", heard(unknown), ["engines#spec.ingress.0.from"]],
    ["no ports", [...closed, hears({ from: subnets })], ["engines#spec.ingress.0.ports"]],
    ["an empty list of ports", heard(subnets, []), ["engines#spec.ingress.0.ports"]],
    ["every port of TCP", heard(subnets, [enginePort, { protocol: "TCP" }]), port(1)],
    ["a range of ports", heard(subnets, [{ protocol: "TCP", port: 1, endPort: 65_535 }]), port()],
    ["an unknown port", heard(subnets, [{ port: unknown }]), port()],
    [
      "unknown rules",
      [...closed, policy({ podSelector: engineSelector, ingress: unknown })],
      ["engines#spec.ingress.from", "engines#spec.ingress.ports"],
    ],
    [
      "a policy that may select engines",
      [
        ...closed,
        policy({
          podSelector: { matchLabels: { "gantry.dev/model": unknown } },
          ingress: [{ from: [{ podSelector: {} }], ports: [enginePort] }],
        }),
      ],
      peer(),
    ],
    [
      "a policy of engines whose labels are unknown",
      [enginePods({ labels: unknown }), denyAll, hears({ from: [{ podSelector: {} }], ports: [enginePort] })],
      peer(),
    ],
    [
      "a policy whose namespace is unknown",
      [
        ...closed,
        policy(
          { podSelector: engineSelector, ingress: [{ from: [block("0.0.0.0/0")], ports: [enginePort] }] },
          "engines",
          unknown,
        ),
      ],
      peer(),
    ],
    [
      "a replica's engines and monitoring, on any port",
      [...closed, policy({ podSelector: group, ingress: [{ from: [{ podSelector: group }, prometheus] }] })],
      ["engines#spec.ingress.0.ports"],
    ],
    [
      "an engine's neighbours, on any port",
      [...closed, hears({ from: [{ podSelector: engineSelector }] })],
      [...peer(), "engines#spec.ingress.0.ports"],
    ],
    ["a policy of another kind", [...closed, adminPolicy], ["admin#spec"]],
    [
      "an engine by its repository",
      [enginePods({ containers: [{ name: "e", image: "acme/llm" }] })],
      noPolicy,
      { config: { vllmImages: ["acme/llm"] } },
    ],
    [
      "a setting that can't be",
      closed,
      ["stack#configuration.vllmImages"],
      { config: { vllmImages: { only: [] } } },
    ],
  ],
});
