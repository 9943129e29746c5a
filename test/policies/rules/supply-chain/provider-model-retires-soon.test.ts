import { expect, it } from "vitest";
import { providerModelRetiresSoon as rule } from "../../../../policies/rules/supply-chain/provider-model-retires-soon.ts";
import { judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { configMap, configWith, inConfig, unreadable } from "../../gateway-stack.ts";

const path = "model_list.2.litellm_params.model";
const at = [inConfig(path)];
const dated = configWith(path, "openai/gpt-4o-2024-08-06");

cases(rule, {
  passes: [
    ["a model with months left", configMap()],
    ["the last day without a note", dated, { today: "2026-11-14" }],
    ["a model that is gone, which another rule reports", dated, { today: "2027-01-14" }],
    ["no end announced", configWith(path, "gemini/gemini-3.8-flash")],
    ["a model of which nothing is known", configWith(path, "openai/gpt-9-2030-01-01")],
    ["fewer days configured", dated, { config: { warnDays: 30 } }],
    ["a name that is no text, which another rule reports", configWith(path, 4)],
  ],
  reports: [
    ["the first day of the last sixty", dated, at, { today: "2026-11-15" }],
    ["the last day", dated, at, { today: "2027-01-13" }],
    ["more days configured", configMap(), at, { config: { warnDays: 365 } }],
    [
      "each model",
      configMap({
        model_list: [1, 2].map(() => ({ litellm_params: { model: "openai/gpt-4o-2024-08-06" } })),
      }),
      [0, 1].map((index) => inConfig(`model_list.${index}.litellm_params.model`)),
    ],
    ...unreadable,
    ["a setting of nothing", configMap(), ["gateway#configuration.warnDays"], { config: { warnDays: 0 } }],
  ],
});

it("says when", async () => {
  const [found] = await judge(rule, dated);
  expect(found?.found).toContain('"openai/gpt-4o-2024-08-06" retires on 2027-01-14, in 55 days');
});
