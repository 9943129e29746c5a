import { engineReachable as rule } from "../../../../policies/rules/network/engine-reachable.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import {
  binding,
  block,
  denyAll,
  engineLabels,
  enginePods,
  enginePort,
  engineSelector,
  entrance,
  hears,
  inside,
  policy,
  service,
  targetGroup,
} from "../../network-policy.ts";
import { engine } from "../../workload.ts";

const engines = [...entrance, ...binding, enginePods()];
/** Engines in a closed namespace, which hear one rule. */
const heard = (from: Wire, ports: Wire = [enginePort]): readonly Given[] => [
  ...engines,
  denyAll,
  hears({ from, ports }),
];
const good = heard([block("10.40.0.0/18")]);
const shut = ["chat-blue#networkPolicy"];
const lost = ["chat-blue#spec"];

const gateway: Given = {
  type: "kubernetes:apps/v1:Deployment",
  name: "gateway",
  props: {
    metadata: { name: "gateway", namespace: "gateway" },
    spec: {
      template: {
        metadata: { labels: { app: "gateway" } },
        spec: { containers: [{ name: "gateway", image: "ghcr.io/berriai/litellm:v1.106.0" }] },
      },
    },
  },
};
const gatewaySays = (...egress: readonly Wire[]) =>
  policy(
    { podSelector: { matchLabels: { app: "gateway" } }, policyTypes: ["Egress"], egress },
    "gateway",
    "gateway",
  );
const gatewayShut = ["gateway#networkPolicy"];
const web: Wire = [{ protocol: "TCP", port: 80 }];
const inModels: Wire = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "models" } },
  podSelector: engineSelector,
};
/** The gateway's own Service, and its binding to a target group outside the stack. */
const gatewayBinding = binding.map((one) => ({
  ...one,
  behind: {},
  name: "gateway",
  props: {
    metadata: { name: "gateway", namespace: "gateway" },
    spec: {
      selector: { app: "gateway" },
      ports: [{ name: "http", port: 4000 }],
      serviceRef: { name: "gateway", port: "http" },
    },
  },
}));
/** A second listener that sends to the engines. */
const secondListener: Given = {
  type: "aws:lb/listener:Listener",
  name: "second",
  props: { port: 81 },
  behind: { loadBalancerArn: [inside], defaultActions: [targetGroup] },
};
/** The same stack with one field of one resource changed. */
const changed = (stack: readonly Given[], type: string, path: string, value: Wire) =>
  stack.map((one) => (one.type.endsWith(type) ? { ...one, props: withField(one.props, path, value) } : one));

cases(rule, {
  passes: [
    ["the load balancer's subnet on the engine's port", good],
    ["engines that no policy closes", engines],
    ["a policy of egress only", [...engines, policy({ podSelector: {}, policyTypes: ["Egress"] })]],
    ["a policy of other pods", [...engines, policy({ podSelector: { matchLabels: { app: "web" } } })]],
    ["a wider range", heard([block("10.40.0.0/16")])],
    ["two ranges that make up the subnet", heard([block("10.40.0.0/19"), block("10.40.32.0/19")])],
    [
      "two policies that do so",
      [
        ...heard([block("10.40.0.0/19")]),
        policy(
          {
            podSelector: { matchLabels: engineLabels },
            ingress: [{ from: [block("10.40.32.0/19")], ports: [enginePort] }],
          },
          "more",
        ),
      ],
    ],
    ["every port", [...engines, denyAll, hears({ from: [block("10.40.0.0/18")] })]],
    ["a range of ports", heard([block("10.40.0.0/18")], [{ port: 8000, endPort: 8010 }])],
    ["every address", [...engines, denyAll, hears({ ports: [enginePort] })]],
    [
      "a port by its name",
      [
        ...changed([...entrance, ...binding], ":Service", "spec.ports", [
          { name: "http", port: 80, targetPort: "api" },
        ]),
        enginePods({ containers: [{ ...engine, ports: [{ name: "api", containerPort: 8000 }] }] }),
        denyAll,
        hears({ from: [block("10.40.0.0/18")], ports: [{ port: "api" }] }),
      ],
    ],
    ["a secret range", heard([block(secret("10.40.0.0/18"))])],
    [
      "any range for a load balancer outside the stack",
      [
        ...entrance.slice(1, 2),
        ...binding,
        enginePods(),
        denyAll,
        hears({ from: [block("10.9.0.0/16")], ports: [enginePort] }),
      ],
    ],
    ["a gateway that no policy closes", [...good, gateway]],
    [
      "a gateway that reaches the load balancer",
      [...good, gateway, gatewaySays({ to: [block("10.40.0.0/16")], ports: web })],
    ],
    [
      "a gateway that reaches the pods",
      [...good, gateway, gatewaySays({ to: [inModels], ports: [enginePort] })],
    ],
    [
      "a gateway that doesn't reach itself",
      [...good, gateway, ...gatewayBinding, gatewaySays({ to: [block("10.40.0.0/16")], ports: web })],
    ],
    [
      "a gateway that reaches one of two listeners",
      [...good, secondListener, gateway, gatewaySays({ to: [block("10.40.0.0/16")], ports: web })],
    ],
    ["a gateway that may say anything", [...good, gateway, gatewaySays({})]],
    ["a gateway without engines", [gateway, gatewaySays()]],
  ],
  reports: [
    ["a closed namespace", [...engines, denyAll], shut],
    ["another range", heard([block("10.50.0.0/18")]), shut],
    [
      "one of two that the Service picks",
      [
        ...engines,
        enginePods({ labels: { ...engineLabels, size: "large" } }, "more"),
        policy({ podSelector: { matchLabels: { size: "large" } } }, "more"),
      ],
      shut,
    ],
    ["a part of the subnet", heard([block("10.40.0.0/19")]), shut],
    ["a range with exceptions", heard([block("10.40.0.0/16", { except: ["10.40.1.0/24"] })]), shut],
    ["pods only", heard([{ podSelector: engineSelector }]), shut],
    ["another port", heard([block("10.40.0.0/18")], [{ port: 9000 }]), shut],
    ["another protocol", heard([block("10.40.0.0/18")], [{ protocol: "UDP", port: 8000 }]), shut],
    ["another name", heard([block("10.40.0.0/18")], [{ port: "http" }]), shut],
    [
      "rules that don't count",
      [...engines, denyAll, policy({ podSelector: engineSelector, policyTypes: ["Egress"], ingress: [{}] })],
      shut,
    ],
    [
      "rules for other pods",
      [...engines, denyAll, policy({ podSelector: { matchLabels: { app: "web" } }, ingress: [{}] })],
      shut,
    ],
    [
      "rules of another namespace",
      [...engines, denyAll, policy({ podSelector: engineSelector, ingress: [{}] }, "engines", "web")],
      shut,
    ],
    [
      "rules for pods that are unknown",
      [...engines, denyAll, policy({ podSelector: unknown, ingress: [{}] })],
      shut,
    ],
    ["a policy that may close engines", [...engines, policy({ podSelector: unknown })], shut],
    ["policy types that are unknown", [...engines, policy({ podSelector: {}, policyTypes: unknown })], shut],
    ["an unknown range", heard([block(unknown)]), shut],
    ["an unknown port", heard([block("10.40.0.0/18")], [{ port: unknown }]), shut],
    ["a subnet whose range is unknown", changed(good, ":Subnet", "cidrBlock", unknown), shut],
    ["a port that the Service doesn't have", changed(good, ":Service", "spec.ports", []), shut],
    ["a binding to no Service", changed(good, ":TargetGroupBinding", "spec.serviceRef.name", "nobody"), lost],
    ["a Service of another namespace", changed(good, ":Service", "metadata.namespace", "web"), lost],
    [
      "a Service that selects nothing",
      [
        ...good.filter((one) => one !== service),
        { ...service, props: withField(service.props, "spec.selector", { app: "nobody" }) },
      ],
      lost,
    ],
    ["pods whose labels are unknown", [...entrance, ...binding, enginePods({ labels: unknown })], lost],
    ["a gateway that says nothing", [...good, gateway, gatewaySays()], gatewayShut],
    [
      "a gateway that reaches other addresses",
      [...good, gateway, gatewaySays({ to: [block("10.50.0.0/16")], ports: web })],
      gatewayShut,
    ],
    [
      "a gateway that reaches another port",
      [...good, gateway, gatewaySays({ to: [block("10.40.0.0/16")], ports: [{ port: 443 }] })],
      gatewayShut,
    ],
    [
      "a gateway that reaches other pods",
      [...good, gateway, gatewaySays({ to: [{ podSelector: engineSelector }], ports: [enginePort] })],
      gatewayShut,
    ],
    [
      "a gateway of engines behind no load balancer",
      [targetGroup, ...binding, enginePods(), gateway, gatewaySays()],
      gatewayShut,
    ],
    [
      "a gateway beside another container",
      [
        ...good,
        {
          ...gateway,
          props: withField(gateway.props, "spec.template.spec.containers", [
            { name: "side", image: "envoy" },
            { name: "gateway", image: "ghcr.io/berriai/litellm:v1.106.0" },
          ]),
        },
        gatewaySays(),
      ],
      gatewayShut,
    ],
    [
      "a gateway and engines at once",
      [...engines, denyAll, gateway, gatewaySays()],
      [...shut, ...gatewayShut],
    ],
    [
      "a container that may be a gateway",
      [
        ...good,
        {
          ...gateway,
          props: withField(gateway.props, "spec.template.spec.containers", [{ name: "g", image: unknown }]),
        },
        gatewaySays(),
      ],
      gatewayShut,
    ],
    [
      "a setting that can't be",
      good,
      ["stack#configuration.vllmImages"],
      { config: { vllmImages: { only: [] } } },
    ],
  ],
});
