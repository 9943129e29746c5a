import { engineKeyRequired as rule } from "../../../../policies/rules/serving/engine-key-required.ts";
import { unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { deployment, engine } from "../../workload.ts";

const key = { name: "VLLM_API_KEY", valueFrom: { secretKeyRef: { name: "a", key: "b" } } };
const withEnv = (env: Wire, more: object = {}) => deployment([{ ...engine, env, ...more }]);
const at = ["chat-blue#containers.engine.env.VLLM_API_KEY"];

cases(rule, {
  passes: [
    ["a key from a Secret", withEnv([key])],
    ["the last of two", withEnv([{ name: "VLLM_API_KEY", value: "" }, key])],
    [
      "a worker without a server",
      withEnv([], { args: [...(engine.args as readonly string[]), "--headless"] }),
    ],
    ["a container that is no engine", deployment([{ name: "web", image: "a/web:1" }])],
  ],
  reports: [
    ["no variables", withEnv([]), at],
    ["an empty key", withEnv([{ name: "VLLM_API_KEY", value: "" }]), at],
    ["a plain key", withEnv([{ name: "VLLM_API_KEY", value: "a" }]), at],
    ["a key from a ConfigMap", withEnv([{ name: "VLLM_API_KEY", valueFrom: { configMapKeyRef: {} } }]), at],
    ["an unknown source", withEnv([{ name: "VLLM_API_KEY", valueFrom: unknown }]), at],
    ["unknown variables", withEnv(unknown), at],
    ["another engine's key", withEnv([{ ...key, name: "API_KEY" }]), at],
    ["arguments that can't be read", withEnv([], { args: [unknown] }), at],
  ],
});
