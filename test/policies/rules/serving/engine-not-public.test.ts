import { engineNotPublic as rule } from "../../../../policies/rules/serving/engine-not-public.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { a10g, chatArgs, entrance, gpuEngine, group, on, service, slot, slotLabels } from "../../gpu-slot.ts";

const engine = slot([gpuEngine(chatArgs)]);
const inside = entrance(true);
const outside = entrance(false);
const slotOf = (way: ReturnType<typeof entrance>, ...more: readonly Given[]) => [
  engine,
  service(),
  ...way.all,
  ...more,
];
const proxy: Given = {
  type: "kubernetes:apps/v1:Deployment",
  name: "proxy",
  props: {
    metadata: { name: "proxy", namespace: "models" },
    spec: {
      template: {
        metadata: { labels: { app: "proxy" } },
        spec: { containers: [{ name: "proxy", image: "envoy:1" }], hostNetwork: true },
      },
    },
  },
};
const open = {
  ...service({ selector: { app: "proxy" }, type: "LoadBalancer" }, { name: "proxy" }),
  name: "proxy",
};
const ingress = (name: Wire, metadata = {}): Given => ({
  type: "kubernetes:networking.k8s.io/v1:Ingress",
  name: "web",
  props: {
    metadata: { name: "web", namespace: "models", ...metadata },
    spec: {
      rules: [{ http: { paths: [{ path: "/", backend: { service: { name, port: { number: 8000 } } } }] } }],
    },
  },
});
const actions = { "alb.ingress.kubernetes.io/actions.chat": '{"type":"forward"}' };
const edge: Given = { ...outside.group, name: "edge" };
/** A second load balancer, which faces the internet, and the groups that it forwards to. */
const publicEdge = (groups: readonly Given[]): readonly Given[] => {
  const loadBalancer = { ...outside.loadBalancer, name: "edge" };
  const listener = { ...outside.listener, name: "edge", behind: { loadBalancerArn: [loadBalancer] } };
  const rule = { ...outside.rule, name: "edge", behind: { listenerArn: [listener], actions: groups } };
  return [edge, loadBalancer, listener, rule];
};
const route = (backendRefs: Wire, namespace = "models"): Given => ({
  type: "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
  name: "web",
  props: {
    metadata: { name: "web", namespace },
    spec: { parentRefs: [{ name: "public" }], rules: [{ backendRefs }] },
  },
});
const patch = (spec: Given["props"], name: Wire = "chat-blue"): Given => ({
  type: "kubernetes:core/v1:ServicePatch",
  name: "chat-blue",
  props: { metadata: { name, namespace: "models" }, spec },
});
const podWith = (pod: Given["props"], container: Given["props"] = {}) =>
  slot([gpuEngine(chatArgs, "1", container)], { ...on(a10g), ...pod });

const [type, addresses] = ["chat-blue#spec.type", "chat-blue#spec.externalIPs"];
const way = "chat-blue#spec.targetGroupARN";

cases(rule, {
  passes: [
    ["an internal load balancer, with every ARN unknown", slotOf(inside)],
    ["a Service of type ClusterIP", [engine, service({ type: "ClusterIP", externalIPs: [] })]],
    ["a secret type", [engine, service({ type: secret("ClusterIP") })]],
    [
      "a gateway in the same namespace that is open",
      slotOf(inside, proxy, open, ingress("proxy"), route([{ name: "proxy" }])),
    ],
    [
      "a Service that selects something else",
      [engine, service({ type: "NodePort", selector: { ...slotLabels, "gantry.dev/colour": "green" } })],
    ],
    [
      "the same labels in another namespace",
      [engine, service({ type: "NodePort" }, { namespace: "others" })],
    ],
    [
      "the same name in another namespace",
      slotOf(
        inside,
        ingress("chat-blue", { namespace: "others" }),
        route([{ name: "chat-blue", namespace: "others" }]),
      ),
    ],
    ["a public load balancer of something else", slotOf(inside, ...publicEdge([edge]))],
    ["a target group that nothing forwards to", [engine, service(), inside.group, inside.binding]],
    [
      "a port of the container alone",
      [podWith({ hostNetwork: false }, { ports: [{ name: "http", containerPort: 8000 }] })],
    ],
    [
      "an Ingress of something else with other annotations",
      slotOf(
        inside,
        ingress("proxy", { annotations: { "alb.ingress.kubernetes.io/scheme": "internet-facing" } }),
      ),
    ],
    [
      "a patch of something else, and one that opens nothing",
      slotOf(inside, patch({ type: "NodePort" }, "proxy"), patch({ sessionAffinity: "None" })),
    ],
    ["a stack without engines", [proxy, open, ...outside.all, ingress("proxy", { annotations: actions })]],
  ],
  reports: [
    ["a Service on every node", [engine, service({ type: "NodePort" })], [type]],
    ["a Service with a load balancer of its own", [engine, service({ type: "LoadBalancer" })], [type]],
    ["a patch of its Service", slotOf(inside, patch({ type: "NodePort" })), [type]],
    [
      "a patch of an unknown Service",
      slotOf(inside, patch({ externalIPs: ["203.0.113.7"] }, unknown)),
      [addresses],
    ],
    [
      "a second Service with a broader selector",
      [
        engine,
        service(),
        {
          ...service({ type: "NodePort", selector: { "gantry.dev/model": "chat" } }, { name: "all" }),
          name: "all",
        },
      ],
      ["all#spec.type"],
    ],
    [
      "an API key for an excuse",
      [slot([gpuEngine([...chatArgs, "--api-key=x"])]), service({ type: "NodePort" })],
      [type],
    ],
    ["addresses of elsewhere", [engine, service({ externalIPs: ["203.0.113.7"] })], [addresses]],
    [
      "an unknown type and unknown addresses",
      [engine, service({ type: unknown, externalIPs: unknown })],
      [type, addresses],
    ],
    [
      "an open Service whose selector is unknown",
      [engine, service({ type: "NodePort", selector: unknown })],
      [type],
    ],
    [
      "an open Service whose namespace is unknown",
      [engine, service({ type: "NodePort" }, { namespace: unknown })],
      [type],
    ],
    [
      "an open Service and pods whose labels are unknown",
      [slot([gpuEngine(chatArgs)], {}, { labels: unknown }), service({ type: "NodePort" })],
      [type],
    ],
    [
      "an open Service and pods that may be an engine",
      [slot([gpuEngine(chatArgs, "1", { image: unknown })]), service({ type: "NodePort" })],
      [type],
    ],
    ["a type that is a number", [engine, service({ type: 1 })], [type]],
    ["a load balancer that faces the internet", slotOf(outside), [way]],
    ["a load balancer that doesn't say so", slotOf(entrance(null)), [way]],
    ["a load balancer that may", slotOf(entrance(unknown)), [way]],
    ["a text for a boolean", slotOf(entrance("true")), [way]],
    [
      "a listener's own action",
      [
        engine,
        service(),
        outside.loadBalancer,
        outside.group,
        outside.binding,
        {
          ...outside.listener,
          props: { loadBalancerArn: unknown, defaultActions: [{ type: "forward", targetGroupArn: unknown }] },
          behind: { loadBalancerArn: [outside.loadBalancer], defaultActions: [outside.group] },
        },
      ],
      [way],
    ],
    [
      "a listener outside the stack",
      slotOf({ ...inside, all: [inside.group, inside.rule, inside.binding] }),
      [way],
    ],
    [
      "a load balancer outside the stack",
      slotOf({ ...inside, all: [inside.listener, inside.group, inside.rule, inside.binding] }),
      [way],
    ],
    ["a target group outside the stack", slotOf({ ...inside, all: [inside.binding] }), [way]],
    [
      "a target group outside the stack, in a binding that hangs on its Service",
      [engine, service(), { ...inside.binding, behind: { spec: [service()] } }],
      [way],
    ],
    [
      "a public load balancer that shares requests among several groups",
      slotOf(inside, ...publicEdge([edge, inside.group])),
      [way],
    ],
    [
      "a binding by the group's name",
      [
        engine,
        service(),
        {
          ...inside.binding,
          behind: {},
          props: {
            metadata: { name: "chat-blue", namespace: "models" },
            spec: { serviceRef: { name: "chat-blue" }, targetGroupName: "edge" },
          },
        },
      ],
      [way],
    ],
    [
      "a binding of an unknown Service",
      slotOf({
        ...outside,
        all: [
          ...outside.all.slice(0, -1),
          { ...outside.binding, props: { metadata: { namespace: "models" }, spec: unknown } },
        ],
      }),
      [way],
    ],
    ["a Service whose name is unknown", [engine, service({}, { name: unknown }), ...outside.all], [way]],
    ["an Ingress", slotOf(inside, ingress("chat-blue")), ["web#spec"]],
    ["an Ingress with an unknown backend", slotOf(inside, ingress(unknown)), ["web#spec"]],
    [
      "an Ingress with a backend in an annotation",
      slotOf(inside, ingress("proxy", { annotations: actions })),
      ["web#spec"],
    ],
    [
      "an Ingress whose annotations are unknown",
      slotOf(inside, ingress("proxy", { annotations: unknown })),
      ["web#spec"],
    ],
    [
      "a default backend",
      slotOf(inside, {
        ...ingress(""),
        props: {
          metadata: { namespace: "models" },
          spec: { defaultBackend: { service: { name: "chat-blue" } } },
        },
      }),
      ["web#spec"],
    ],
    ["a route", slotOf(inside, route([{ name: "proxy" }, { name: "chat-blue", port: 8000 }])), ["web#spec"]],
    [
      "a route from another namespace",
      slotOf(inside, route([{ name: "chat-blue", namespace: "models" }], "edge")),
      ["web#spec"],
    ],
    ["an unknown route", slotOf(inside, route(unknown)), ["web#spec"]],
    ["the node's network", [podWith({ hostNetwork: true })], ["chat-blue#hostNetwork"]],
    ["perhaps the node's network", [podWith({ hostNetwork: unknown })], ["chat-blue#hostNetwork"]],
    [
      "ports of the node",
      [
        podWith(
          {},
          { ports: [{ containerPort: 8000, hostPort: 8000 }, { containerPort: 1 }, { hostPort: unknown }] },
        ),
      ],
      ["chat-blue#containers.engine.ports.0.hostPort", "chat-blue#containers.engine.ports.2.hostPort"],
    ],
    ["unknown ports", [podWith({}, { ports: unknown })], ["chat-blue#containers.engine.ports.hostPort"]],
    [
      "both pods of a group",
      [group([gpuEngine(chatArgs)], { hostNetwork: true })],
      ["chat-blue-1#leaderTemplate.hostNetwork", "chat-blue-1#workerTemplate.hostNetwork"],
    ],
    [
      "everything at once",
      [
        podWith({ hostNetwork: true }),
        service({ type: "NodePort", externalIPs: ["203.0.113.7"] }),
        ...outside.all,
        ingress("chat-blue"),
      ],
      ["chat-blue#hostNetwork", type, addresses, way, "web#spec"],
    ],
  ],
});
