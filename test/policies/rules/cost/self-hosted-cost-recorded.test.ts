import { selfHostedCostRecorded as rule } from "../../../../policies/rules/cost/self-hosted-cost-recorded.ts";
import type { Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { configMap, configWith, inConfig, unreadable } from "../../gateway-stack.ts";

const input = "model_list.0.model_info.input_cost_per_token";
const output = "model_list.0.model_info.output_cost_per_token";
const price = (value: Wire | undefined) => configWith(input, value);
const at = [inConfig(input)];

cases(rule, {
  passes: [
    ["engines with prices", configMap()],
    [
      "hosted models without",
      configMap({ model_list: [{ litellm_params: { model: "anthropic/claude-opus-4-8" } }] }),
    ],
    ["no models", configMap({ model_list: [] })],
  ],
  reports: [
    ["no price of what is asked", price(undefined), at],
    ["no price of what is answered", configWith(output, undefined), [inConfig(output)]],
    ["no prices", configWith("model_list.0.model_info", undefined), [inConfig(input), inConfig(output)]],
    ["a price of 0", price(0), at],
    ["a negative price", price(-1), at],
    ["a text", price("0.000002"), at],
    ["null", price(null), at],
    ["a price that Python takes for a text", price(2e-7), ["gateway#data.config.yaml"]],
    [
      "each engine",
      configMap({
        model_list: [1, 2].map(() => ({
          litellm_params: { model: "hosted_vllm/a" },
          model_info: { input_cost_per_token: 1 },
        })),
      }),
      [0, 1].map((index) => inConfig(`model_list.${index}.model_info.output_cost_per_token`)),
    ],
    ["a model that can't be read", configWith("model_list.0", "chat"), [inConfig(input), inConfig(output)]],
    ...unreadable,
  ],
});
