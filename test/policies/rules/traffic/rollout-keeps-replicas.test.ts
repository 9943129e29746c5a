import { rolloutKeepsReplicas as rule } from "../../../../policies/rules/traffic/rollout-keeps-replicas.ts";
import { type Properties, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { slot } from "../../slot.ts";

const rolled = (workload: Properties, scaler: Properties = {}) => slot({ workload, scaler }).all;
const unavailable = (maxUnavailable: Wire, scaler: Properties = {}) =>
  rolled({ strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable } } }, scaler);
const at = (path: string) => [`chat-blue#spec.${path}`];
const tooMany = at("strategy.rollingUpdate.maxUnavailable");
const application = rolled({ strategy: { type: "Recreate" } }).map((one) => ({
  ...one,
  props: JSON.parse(
    JSON.stringify(one.props).replace(/docker.io.vllm.vllm-openai@/, "registry.example.com/shop@"),
  ),
}));

cases(rule, {
  passes: [
    ["Kubernetes' defaults", rolled({})],
    ["none unavailable", unavailable(0)],
    ["a quarter", unavailable("25%")],
    ["one of two", unavailable(1, { minReplicaCount: 2 })],
    ["a Deployment that isn't paused", rolled({ paused: false })],
    ["an application", application.filter(({ type }) => type.endsWith(":Deployment"))],
  ],
  reports: [
    ["Recreate", rolled({ strategy: { type: "Recreate" } }), at("strategy.type")],
    ["a strategy that is known later", rolled({ strategy: { type: unknown } }), at("strategy.type")],
    ["a pause", rolled({ paused: true }), at("paused")],
    ["all at once", unavailable("100%"), tooMany],
    ["the only one", unavailable(1), tooMany],
    ["one of a number that isn't known", unavailable(1, { minReplicaCount: unknown }), tooMany],
    ["a number that is known later", unavailable(unknown), tooMany],
  ],
});
