import { idleTimeoutsOrdered as rule } from "../../../../policies/rules/traffic/idle-timeouts-ordered.ts";
import { type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { listener, listenerRule, loadBalancer, slot } from "../../slot.ts";
import { engine } from "../../workload.ts";

const variables = (value: Wire, name = "VLLM_HTTP_TIMEOUT_KEEP_ALIVE"): Properties => ({
  env: [{ name, value }],
});
const litellm = (more: Properties): Properties => ({
  name: "gateway",
  image: "ghcr.io/berriai/litellm:1",
  ...more,
});
const idle = (idleTimeout: Wire | undefined, more: Properties = {}): Given => ({
  ...loadBalancer,
  props: withField({ ...loadBalancer.props, ...more }, "idleTimeout", idleTimeout),
});
/** A pod behind a load balancer. */
const behind = (containers: readonly Wire[], front = loadBalancer) => {
  const { all, group } = slot({ pod: { containers } });
  return [front, listener, listenerRule([[group, 100]]), ...all];
};
const vllm = (more: Properties) => behind([{ ...engine, ...more }]);
const gateway = (more: Properties) => behind([litellm(more)]);
const at = ["chat-blue#containers.engine.env"];
const ofGateway = ["chat-blue#containers.gateway.env"];
const ofBalancer = ["serving#idleTimeout"];
const kept = variables("375");
const { all, group } = slot({ pod: { containers: [{ ...engine, ...variables("5") }] } });
/** A second load balancer, which waits longer. */
const outer: Given = { ...idle(600), name: "outer" };
const outerListener: Given = { ...listener, name: "outer", behind: { loadBalancerArn: [outer] } };
const twice = (seconds: string) => {
  const inner = slot({ pod: { containers: [{ ...engine, ...variables(seconds) }] } });
  const rule = listenerRule([[inner.group, 100]]);
  const second = { ...rule, name: "outer", behind: { ...rule.behind, listenerArn: [outerListener] } };
  return [loadBalancer, listener, rule, outer, outerListener, second, ...inner.all];
};

cases(rule, {
  passes: [
    ["an engine that waits longer, with every ARN unknown", vllm(kept)],
    ["a secret time", vllm(variables(secret("375")))],
    [
      "the last of two times",
      vllm({ env: [...(variables("5").env as readonly Wire[]), ...(kept.env as readonly Wire[])] }),
    ],
    ["a gateway by its variable", gateway(variables("375", "KEEPALIVE_TIMEOUT"))],
    ["a gateway by its flag", gateway({ args: ["--keepalive_timeout", "375"] })],
    [
      "a gateway whose flag overrides its variable",
      gateway({ ...variables("5", "KEEPALIVE_TIMEOUT"), args: ["--keepalive_timeout=375"] }),
    ],
    [
      "TGI, which closes no connection",
      behind([{ name: "engine", image: "ghcr.io/huggingface/text-generation-inference:3" }]),
    ],
    [
      "a container that is no server",
      behind([
        { ...engine, ...kept },
        { name: "side", image: "envoy:1" },
      ]),
    ],
    ["the longest time that AWS takes", behind([{ ...engine, ...variables("4001") }], idle(4000))],
    ["a network load balancer, which has no such setting", [idle(null, { loadBalancerType: "network" })]],
    ["a gateway load balancer, which has none either", [idle(null, { loadBalancerType: "gateway" })]],
    ["the shortest time allowed", [idle(300)]],
    ["an engine that nothing stands before", all],
    ["more than the longer of two load balancers", twice("601")],
  ],
  reports: [
    ["the same time on both sides", vllm(variables("360")), at],
    ["a shorter time", vllm(variables("75")), at],
    ["the engine's default", vllm({}), at],
    ["a time that is unknown", vllm(variables(unknown)), at],
    ["variables that are unknown", vllm({ env: unknown }), at],
    ["a number for a text", vllm(variables(375)), at],
    ["a time as a power of ten", vllm(variables("1e3")), at],
    ["a time with its unit", vllm(variables("375s")), at],
    [
      "a reference",
      vllm({
        env: [
          { name: "VLLM_HTTP_TIMEOUT_KEEP_ALIVE", valueFrom: { configMapKeyRef: { name: "a", key: "b" } } },
        ],
      }),
      at,
    ],
    ["variables from a whole object", vllm({ ...kept, envFrom: [{ configMapRef: { name: "a" } }] }), at],
    ["the variable on another container", behind([engine, { name: "side", image: "envoy:1", ...kept }]), at],
    ["the gateway's variable on an engine", vllm(variables("375", "KEEPALIVE_TIMEOUT")), at],
    ["the gateway's default", gateway({}), ofGateway],
    ["the same time on gateway and load balancer", gateway({ args: ["--keepalive_timeout=360"] }), ofGateway],
    [
      "a flag that overrides the variable",
      gateway({ ...variables("375", "KEEPALIVE_TIMEOUT"), args: ["--keepalive_timeout=5"] }),
      ofGateway,
    ],
    [
      "the last of two flags",
      gateway({ args: ["--keepalive_timeout=375", "--keepalive_timeout=5"] }),
      ofGateway,
    ],
    ["a flag without value", gateway({ args: ["--keepalive_timeout"] }), ofGateway],
    [
      "a flag in a script",
      gateway({
        ...variables("375", "KEEPALIVE_TIMEOUT"),
        command: ["sh", "-c", "litellm --keepalive_timeout 5"],
      }),
      ofGateway,
    ],
    [
      "arguments that are unknown",
      gateway({ ...variables("375", "KEEPALIVE_TIMEOUT"), args: [unknown] }),
      ofGateway,
    ],
    ["an image that is unknown", vllm({ ...kept, image: unknown }), at],
    [
      "a GPU container of unknown kind",
      behind([{ name: "engine", image: "acme/llm", resources: { limits: { "nvidia.com/gpu": 1 } } }]),
      at,
    ],
    [
      "one of two engines",
      behind([
        { ...engine, ...kept },
        { ...engine, name: "second" },
      ]),
      ["chat-blue#containers.second.env"],
    ],
    ["the default of a load balancer", [idle(undefined)], ofBalancer],
    ["a short time of a load balancer", [idle(120)], ofBalancer],
    ["more than AWS takes", [idle(4001)], ofBalancer],
    ["an unknown time of a load balancer", [idle(unknown)], ofBalancer],
    ["a time as text", [idle("360")], ofBalancer],
    ["both sides", behind([engine], idle(60)), [...ofBalancer, ...at]],
    ["an engine's default below an unknown time", behind([engine], idle(unknown)), [...ofBalancer, ...at]],
    [
      "a load balancer under its other name",
      [{ ...idle(60), type: "aws:alb/loadBalancer:LoadBalancer" }],
      ofBalancer,
    ],
    ["less than the longer of two load balancers", twice("375"), at],
    [
      "a load balancer outside the stack",
      [{ ...listener, behind: {} }, listenerRule([[group, 100]]), ...all],
      at,
    ],
    [
      "one of two load balancers that is outside the stack",
      twice("601").map((one) => (one === outerListener ? { ...one, behind: {} } : one)),
      at,
    ],
    ["a listener outside the stack", [loadBalancer, listenerRule([[group, 100]]), ...all], at],
    [
      "a group without pods",
      [
        loadBalancer,
        listener,
        listenerRule([[slot({ name: "code" }).group, 100]]),
        slot({ name: "code" }).group,
      ],
      ["code#keepAlive"],
    ],
    [
      "an engine bound to one of two groups",
      [loadBalancer, listener, listenerRule([[group, 100]]), ...all, slot({ name: "code" }).group],
      at,
    ],
    ["a tighter configuration", [idle(360)], ofBalancer, { config: { minIdleSeconds: 600 } }],
    [
      "an illegal configuration",
      [idle(360)],
      ["stack#configuration.minIdleSeconds"],
      { config: { minIdleSeconds: 0 } },
    ],
  ],
});
