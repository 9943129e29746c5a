import { expect, it } from "vitest";
import { providerModelPinned as rule } from "../../../../policies/rules/supply-chain/provider-model-pinned.ts";
import type { Wire } from "../../../../scripts/plan/wire.ts";
import { judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { configMap, configWith, elsewhere, inConfig, unreadable } from "../../gateway-stack.ts";

const path = "model_list.2.litellm_params.model";
const at = [inConfig(path)];
const model = (name: Wire) => configWith(path, name);
const based = (name: string, base_model: Wire) =>
  configMap({
    model_list: [{ model_name: "a", litellm_params: { model: name }, model_info: { base_model } }],
  });
const first = [inConfig("model_list.0.litellm_params.model")];
const undated = (...entries: readonly string[]) => ({ config: { undatedModels: entries } });
const luna = model("openai/gpt-5.6-luna");

cases(rule, {
  passes: [
    ["engines of ours and a snapshot", configMap()],
    ["a dated snapshot", model("openai/gpt-4o-2024-08-06")],
    ["a Region's profile", model("bedrock/eu.anthropic.claude-sonnet-5")],
    ["a deployment that says what it is", based("azure/main", "gpt-4o-2024-08-06")],
    ["no models", configMap({ model_list: [] })],
    ["a model without a dated name, until a day", luna, undated("openai/gpt-5.6-luna@2027-02-01")],
    ["the longest time that counts", luna, undated("openai/gpt-5.6-luna@2027-05-19")],
    ["on that day", luna, { ...undated("openai/gpt-5.6-luna@2027-02-01"), today: "2027-02-01" }],
    [
      "one entry that holds of two",
      luna,
      undated("openai/gpt-5.6-luna@2026-01-01", "openai/gpt-5.6-luna@2027-02-01"),
    ],
    ["another provider", model("groq/llama-3.3-70b"), undated("groq/llama-3.3-70b@2027-02-01")],
  ],
  reports: [
    ["a family's name", model("openai/gpt-4o"), at],
    ["the newest", model("openai/chatgpt-4o-latest"), at],
    ["a date that doesn't exist", model("openai/gpt-4o-2024-02-30"), at],
    ["no provider", model("gpt-4o-2024-08-06"), at],
    ["a variable", model("os.environ/MODEL"), at],
    ["a wildcard", model("openai/*"), at],
    ["a blank", model("openai/gpt-4o-2024-08-06 "), at],
    ["capitals", model("openai/GPT-4o-2024-08-06"), at],
    ["a number", model(4), at],
    ["nothing", model(null), at],
    ["a deployment that hides its model", based("azure/gpt-4o-2024-08-06", null), first],
    ["a deployment of a family", based("azure/main", "gpt-4o"), first],
    ["a base that is no text", based("azure/main", ["gpt-4o-2024-08-06"]), first],
    [
      "another provider by a parameter",
      configWith("model_list.2.litellm_params.custom_llm_provider", "openai"),
      [inConfig("model_list.2.litellm_params.custom_llm_provider")],
    ],
    [
      "another model by a parameter",
      configWith("model_list.2.litellm_params.model_id", "arn:aws:bedrock"),
      [inConfig("model_list.2.litellm_params.model_id")],
    ],
    [
      "another provider for all",
      configWith("router_settings.default_litellm_params", { custom_llm_provider: "groq" }),
      [inConfig("router_settings.default_litellm_params.custom_llm_provider")],
    ],
    [
      "other models by a map",
      configWith("litellm_settings.model_alias_map", {}),
      [inConfig("litellm_settings.model_alias_map")],
    ],
    [
      "each model",
      configMap({ model_list: ["a", "b"].map((name) => ({ litellm_params: { model: name } })) }),
      [...first, inConfig("model_list.1.litellm_params.model")],
    ],
    [
      "models that are no list",
      configWith("model_list", "chat"),
      [
        inConfig("model_list.litellm_params.model"),
        inConfig("model_list.litellm_params.custom_llm_provider"),
        inConfig("model_list.litellm_params.model_id"),
      ],
    ],
    ...elsewhere({ model_list: [{ litellm_params: { model: "openai/gpt-4o" } }] }).map(
      ([what, given, carrier]) =>
        [`a family's name ${what}`, given, [`gateway#${carrier}.model_list.0.litellm_params.model`]] as const,
    ),
    ...unreadable,
    ["an entry for another model", luna, at, undated("openai/gpt-5.6-terra@2027-02-01")],
    ["an entry for another model with as long a name", luna, at, undated("openai/gpt-5.6-nova@2027-02-01")],
    ["an entry for a longer name", luna, at, undated("openai/gpt-5.6-luna-mini@2027-02-01")],
    ["an entry that has ended", luna, at, undated("openai/gpt-5.6-luna@2026-11-19")],
    ["an entry for too long", luna, at, undated("openai/gpt-5.6-luna@2027-05-20")],
    ["an entry whose end doesn't exist", luna, at, undated("openai/gpt-5.6-luna@2027-02-30")],
    [
      "an entry for what moves",
      model("openai/chatgpt-4o-latest"),
      at,
      undated("openai/chatgpt-4o-latest@2027-02-01"),
    ],
    [
      "an entry without an end",
      luna,
      ["gateway#configuration.undatedModels", ...at],
      undated("openai/gpt-5.6-luna"),
    ],
    [
      "an entry for any model",
      luna,
      ["gateway#configuration.undatedModels", ...at],
      undated("openai/*@2027-02-01"),
    ],
  ],
});

it("shows a model's name, and nothing that only stands where one should", async () => {
  const [found] = await judge(rule, model("openai/gpt-4o"));
  expect(found?.found).toContain('model "openai/gpt-4o" ends in no date');
  const [hidden] = await judge(rule, model("openai/sk-CANARY0123456789"));
  expect(hidden?.message).not.toContain("CANARY");
});
