import { gatewayModelsClosed as rule } from "../../../../policies/rules/serving/gateway-models-closed.ts";
import type { Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { configMap, configWith, inConfig, unreadable } from "../../gateway-stack.ts";

const own = (field: string) => `model_list.0.${field}`;
const base = own("litellm_params.api_base");
const at = [inConfig(base)];
const engine = (address: Wire | undefined) => configWith(base, address);
const hostedBase = "model_list.2.litellm_params.api_base";
const hosted = (address: Wire) => configWith(hostedBase, address);

cases(rule, {
  passes: [
    ["engines of ours and a provider's default", configMap()],
    ["a Service of the cluster", engine("http://chat.serving.svc.cluster.local:8000/v1")],
    ["the domain of ours itself", engine("http://models.internal/v1")],
    ["TLS", engine("https://chat.models.internal")],
    ["a provider's own host", hosted("https://api.anthropic.com/v1")],
    [
      "another domain of ours",
      engine("http://chat.llm.example"),
      { config: { internalDomains: ["llm.example", "models.internal"] } },
    ],
    [
      "another provider's host",
      hosted("https://acme.openai.azure.com/"),
      { config: { providerHosts: ["acme.openai.azure.com"] } },
    ],
  ],
  reports: [
    ["another host", engine("http://chat.example.com/v1"), at],
    ["a host that ends alike", engine("http://chat-models.internal.example.com"), at],
    ["a host that ends alike without a dot", engine("http://evilmodels.internal"), at],
    ["a user before the host", engine("http://models.internal@example.com/"), at],
    ["a user with our host", engine("http://a:b@chat.models.internal/"), at],
    ["a backslash", engine("http://example.com\\@chat.models.internal"), at],
    ["a blank", engine(" http://chat.models.internal"), at],
    ["a query", engine("http://example.com?.models.internal"), at],
    ["no scheme", engine("chat.models.internal"), at],
    ["another scheme", engine("ftp://chat.models.internal"), at],
    ["capitals", engine("http://CHAT.MODELS.INTERNAL"), at],
    ["a variable", engine("os.environ/BASE"), at],
    ["a host that is longer than any", engine(`http://${"a".repeat(300)}.models.internal`), at],
    ["no address", engine(undefined), at],
    ["a number", engine(1), at],
    ["any name", configWith(own("model_name"), "*"), [inConfig(own("model_name"))]],
    [
      "any model of ours",
      configWith(own("litellm_params.model"), "hosted_vllm/*"),
      [inConfig(own("litellm_params.model"))],
    ],
    [
      "any model of a provider",
      configWith("model_list.2.litellm_params.model", "anthropic/*"),
      [inConfig("model_list.2.litellm_params.model")],
    ],
    [
      "a model that is no text",
      configWith("model_list.2.litellm_params.model", 4),
      [inConfig("model_list.2.litellm_params.model")],
    ],
    [
      "a model that is no text, whatever its address",
      configWith(own("litellm_params.model"), 4),
      [inConfig(own("litellm_params.model"))],
    ],
    ["an empty name", configWith(own("model_name"), ""), [inConfig(own("model_name"))]],
    ["no name", configWith(own("model_name"), null), [inConfig(own("model_name"))]],
    ["a provider elsewhere", hosted("https://api.example.com"), [inConfig(hostedBase)]],
    ["a provider below its host", hosted("https://evil.api.anthropic.com"), [inConfig(hostedBase)]],
    ["a provider at a variable", hosted("os.environ/BASE"), [inConfig(hostedBase)]],
    ["a provider in clear", hosted("http://api.anthropic.com"), [inConfig(hostedBase)]],
    ...["base_url", "aws_bedrock_runtime_endpoint", "litellm_credential_name", "use_litellm_proxy"].map(
      (key) =>
        [
          key,
          configWith(own(`litellm_params.${key}`), "x"),
          [inConfig(own(`litellm_params.${key}`))],
        ] as const,
    ),
    [
      "an address for all",
      configWith("litellm_settings.api_base", "https://x.example"),
      [inConfig("litellm_settings.api_base")],
    ],
    [
      "an address by default",
      configWith("router_settings.default_litellm_params", { api_base: "https://x.example" }),
      [inConfig("router_settings.default_litellm_params.api_base")],
    ],
    [
      "each model",
      configMap({
        model_list: [1, 2].map(() => ({ model_name: "a", litellm_params: { model: "hosted_vllm/a" } })),
      }),
      [0, 1].map((index) => inConfig(`model_list.${index}.litellm_params.api_base`)),
    ],
    ...unreadable,
    [
      "a domain of all",
      configMap(),
      ["gateway#configuration.internalDomains"],
      { config: { internalDomains: ["*"] } },
    ],
  ],
});
