import { stringify } from "yaml";
import { servedNameMatchesRoute as rule } from "../../../../policies/rules/serving/served-name-matches-route.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { chatArgs, entrance, gpuEngine, group, replacing, service, slot } from "../../gpu-slot.ts";

const served = (...names: readonly Wire[]) =>
  slot([gpuEngine([...replacing(chatArgs, "--served-model-name"), "--served-model-name", ...names])]);
const chat = slot([gpuEngine(chatArgs)]);
const behind = [service(), ...entrance(true).all];

interface Entry {
  readonly model?: Wire;
  readonly api_base?: Wire;
}
const config = (text: Wire): Given => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "gateway",
  props: { metadata: { name: "gateway", namespace: "gateway" }, data: { "config.yaml": text } },
});
const gateway = (...entries: readonly Entry[]) =>
  config(
    stringify({
      model_list: entries.map((entry) => ({
        model_name: "assistant",
        litellm_params: { model: "hosted_vllm/chat", api_base: "http://chat.models.internal/v1", ...entry },
      })),
    }),
  );

const wrong = ["chat-blue#containers.engine.args.served-model-name"];
const nowhere = ["gateway#data.config.yaml.model_list.0.litellm_params.api_base"];

cases(rule, {
  passes: [
    ["the name that the gateway asks for", [chat, ...behind, gateway({})]],
    ["one name of several", [served("qwen3", "chat"), ...behind, gateway({})]],
    [
      "two requested names",
      [served("qwen3", "chat"), ...behind, gateway({}, { model: "hosted_vllm/qwen3" })],
    ],
    [
      "the gateway's name, whatever the annotation",
      [served("qwen3"), ...behind, gateway({ model: "hosted_vllm/qwen3" })],
    ],
    [
      "the name at the address of a Service",
      [chat, service(), gateway({ api_base: "http://chat-blue.models.svc.cluster.local:8000/v1" })],
    ],
    ["capitals in an address", [chat, ...behind, gateway({ api_base: "http://Chat.Models.Internal/v1" })]],
    [
      "models of providers",
      [chat, ...behind, gateway({ model: "openai/gpt-4o-2024-08-06", api_base: null })],
    ],
    ["the annotation where no gateway asks", [chat]],
    [
      "pods without that annotation where no gateway asks",
      [slot([gpuEngine(["/weights"])], {}, { annotations: {} })],
    ],
    ["secret arguments", [slot([gpuEngine(secret(chatArgs))])]],
    [
      "an engine that answers to any name",
      [
        slot([
          { ...gpuEngine(["--model-id=a/b"]), image: "ghcr.io/huggingface/text-generation-inference:3" },
        ]),
      ],
    ],
    ["pods without an engine", [slot([{ name: "proxy", image: "envoy:1" }])]],
  ],
  reports: [
    ["another name than the gateway's", [chat, ...behind, gateway({ model: "hosted_vllm/qwen3" })], wrong],
    [
      "one name of two that are requested",
      [chat, ...behind, gateway({}, { model: "hosted_vllm/qwen3" })],
      wrong,
    ],
    ["a name in other letters", [served("Chat"), ...behind, gateway({})], wrong],
    [
      "no name, which is the model's own",
      [slot([gpuEngine(replacing(chatArgs, "--served-model-name"))]), ...behind, gateway({})],
      wrong,
    ],
    ["another name than the annotation's", [served("qwen3")], wrong],
    [
      "another name than the annotation's behind a gateway that asks elsewhere",
      [served("qwen3"), ...behind, gateway({ model: "openai/gpt-4o-2024-08-06" })],
      wrong,
    ],
    [
      "an annotation that is unknown",
      [slot([gpuEngine(chatArgs)], {}, { annotations: { "gantry.dev/served-name": unknown } })],
      wrong,
    ],
    ["annotations that are unknown", [slot([gpuEngine(chatArgs)], {}, { annotations: unknown })], wrong],
    [
      "another name at the address of a Service",
      [served("qwen3"), service(), gateway({ api_base: "http://chat-blue.models.svc:8000/v1" })],
      wrong,
    ],
    [
      "a Service of that name in another namespace",
      [chat, service({}, { namespace: "others" }), gateway({ api_base: "http://chat-blue.models.svc:8000" })],
      nowhere,
    ],
    [
      "an address that no rule takes",
      [chat, ...behind, gateway({ api_base: "http://chat-blue.models.internal/v1" })],
      nowhere,
    ],
    ["no address", [chat, ...behind, gateway({ api_base: null })], nowhere],
    ["an address that is none", [chat, ...behind, gateway({ api_base: "chat" })], nowhere],
    ["unknown arguments", [slot([gpuEngine(unknown)])], wrong],
    ["an unknown name", [served(unknown)], wrong],
    ["a text for arguments", [slot([gpuEngine("--served-model-name=chat")])], wrong],
    ["an unknown image", [slot([gpuEngine(chatArgs, "1", { image: unknown })])], wrong],
    [
      "an unknown neighbour",
      [slot([unknown, gpuEngine(replacing(chatArgs, "--served-model-name"))])],
      [...wrong, "chat-blue#containers.0.args.served-model-name"],
    ],
    [
      "both pods of a group",
      [group([gpuEngine(replacing(chatArgs, "--served-model-name"))], {})],
      ["leader", "worker"].map(
        (role) => `chat-blue-1#${role}Template.containers.engine.args.served-model-name`,
      ),
    ],
    [
      "an init container",
      [slot([], { initContainers: [gpuEngine(replacing(chatArgs, "--served-model-name"))] })],
      ["chat-blue#initContainers.engine.args.served-model-name"],
    ],
  ],
});
