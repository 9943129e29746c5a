import { providerModels } from "../../../../policies/data/provider-models.ts";
import { providerModelNotRetired as rule } from "../../../../policies/rules/supply-chain/provider-model-not-retired.ts";
import type { Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { configMap, configWith, inConfig, unreadable } from "../../gateway-stack.ts";

const path = "model_list.2.litellm_params.model";
const at = [inConfig(path)];
const model = (name: Wire) => configWith(path, name);
/** The day so many days after the last look at the page of a model whose end isn't announced. */
const after = (days: number) => {
  const { read = "" } = providerModels.get("gemini/gemini-3.8-flash") ?? {};
  return new Date(Date.parse(read) + days * 86_400_000).toISOString().slice(0, 10);
};

cases(rule, {
  passes: [
    ["a model with time left", configMap()],
    ["the day before", model("openai/gpt-4o-2024-08-06"), { today: "2027-01-13" }],
    ["no end announced lately", model("gemini/gemini-3.8-flash")],
    ["the last day on which that is believed", model("gemini/gemini-3.8-flash"), { today: after(90) }],
    ["a profile of a Region", model("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0")],
    ["what isn't pinned, which another rule reports", model("openai/gpt-4o")],
    ["an engine of ours", configMap({ model_list: [{ litellm_params: { model: "hosted_vllm/chat" } }] })],
  ],
  reports: [
    ["a retired model", model("anthropic/claude-opus-4-1-20250805"), at],
    ["the day itself", model("openai/gpt-4o-2024-08-06"), at, { today: "2027-01-14" }],
    ["a model of which nothing is known", model("openai/gpt-9-2030-01-01"), at],
    ["no end announced long ago", model("gemini/gemini-3.8-flash"), at, { today: after(91) }],
    [
      "the same, believed for less time",
      model("gemini/gemini-3.8-flash"),
      at,
      { config: { maxAgeDays: 5 }, today: "2026-12-05" },
    ],
    [
      "a deployment of a model of which nothing is known",
      configMap({
        model_list: [
          { litellm_params: { model: "azure/main" }, model_info: { base_model: "gpt-9-2030-01-01" } },
        ],
      }),
      [inConfig("model_list.0.litellm_params.model")],
    ],
    ["a name that is no text", model(4), at],
    [
      "each model",
      configMap({
        model_list: [1, 2].map((number) => ({
          litellm_params: { model: `openai/gpt-${number}-2030-01-01` },
        })),
      }),
      [0, 1].map((index) => inConfig(`model_list.${index}.litellm_params.model`)),
    ],
    ...unreadable,
    [
      "a setting of nothing",
      configMap(),
      ["gateway#configuration.maxAgeDays"],
      { config: { maxAgeDays: 0 } },
    ],
  ],
});
