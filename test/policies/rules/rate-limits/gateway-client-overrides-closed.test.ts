import { gatewayClientOverridesClosed as rule } from "../../../../policies/rules/rate-limits/gateway-client-overrides-closed.ts";
import { cases } from "../../cases.ts";
import { configMap, configWith, inConfig, unreadable } from "../../gateway-stack.ts";

const parameter = "configurable_clientside_auth_params";
const ofModel = `model_list.2.litellm_params.${parameter}`;
const general = (field: string) => `general_settings.${field}`;
const tags = general("reject_clientside_metadata_tags");
const anywhere = [
  `router_settings.default_litellm_params.${parameter}`,
  `litellm_settings.default_litellm_params.${parameter}`,
];
const off = [
  general("allow_client_side_credentials"),
  general("forward_client_headers_to_llm_api"),
  general("forward_llm_provider_auth_headers"),
  "litellm_settings.forward_client_headers_to_llm_api",
  "litellm_settings.forward_llm_provider_auth_headers",
];

cases(rule, {
  passes: [
    ["a closed gateway", configMap()],
    ["what is plainly off", configWith(general("allow_client_side_credentials"), false)],
    ["other defaults", configWith("router_settings.default_litellm_params", { timeout: 600 })],
  ],
  reports: [
    ["a model of many", configWith(ofModel, ["api_base"]), [inConfig(ofModel)]],
    ["an empty list", configWith(ofModel, []), [inConfig(ofModel)]],
    [
      "each model",
      configMap({
        model_list: [
          { litellm_params: { [parameter]: ["api_key"] } },
          { litellm_params: { [parameter]: ["api_key"] } },
        ],
        general_settings: { reject_clientside_metadata_tags: true },
      }),
      [0, 1].map((index) => inConfig(`model_list.${index}.litellm_params.${parameter}`)),
    ],
    ...anywhere.map((path) => [`${path}`, configWith(path, ["api_base"]), [inConfig(path)]] as const),
    ...off.flatMap((path) => [
      [`${path} on`, configWith(path, true), [inConfig(path)]] as const,
      [`${path} by a variable`, configWith(path, "os.environ/X"), [inConfig(path)]] as const,
    ]),
    [
      "headers of some models",
      configWith("litellm_settings.model_group_settings", { forward_client_headers_to_llm_api: ["opus"] }),
      [inConfig("litellm_settings.model_group_settings.forward_client_headers_to_llm_api")],
    ],
    ["tags of clients", configWith(tags, undefined), [inConfig(tags)]],
    ["tags refused by a text", configWith(tags, "true"), [inConfig(tags)]],
    ["tags of clients on purpose", configWith(tags, false), [inConfig(tags)]],
    ["a model that can't be read", configWith("model_list.2", ["opus"]), [inConfig(ofModel)]],
    ...unreadable,
  ],
});
