import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, unknown, type Value } from "../../framework/value.ts";
import {
  type GatewayModel,
  gatewayModels,
  inGatewayConfigs,
  providerOf,
} from "../../read/gateway/gateway-config.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";

const host = "^[a-z0-9-]+(?:\\.[a-z0-9-]+)+$";

const settings = {
  internalDomains: strings("Domains of self-hosted engines, including their subdomains.", {
    pattern: host,
    minItems: 1,
    default: ["models.internal", "svc.cluster.local"],
  }),
  providerHosts: strings("Hosts of external providers that api_base may use, matched exactly.", {
    pattern: host,
    default: [
      "api.anthropic.com",
      "api.mistral.ai",
      "api.openai.com",
      "aiplatform.googleapis.com",
      "generativelanguage.googleapis.com",
    ],
  }),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const gatewayModelsClosed: ResourceRule<typeof settings> = {
  name: "gateway-models-closed",
  title: "The gateway serves only named models, from allowed hosts.",
  why: "A wildcard serves whatever a provider adds, at any price; an api_base on another host sends prompts and keys to its owner.",
  fix: "Name each model; use a host below models.internal for hosted_vllm/, and leave api_base unset for providers or add the host to providerHosts.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "litellm_params: { model: hosted_vllm/chat, api_base: http://chat.models.internal/v1 }",
    bad: "litellm_params: { model: openai/*, api_base: https://models.internal@example.com }",
  },
  config: settings,

  check(resource, config) {
    return inGatewayConfigs(resource, (root) => open(root, config));
  },
};

function* open(root: Value, config: Config): Iterable<Finding> {
  for (const model of gatewayModels(root))
    for (const finding of ofModel(model, config))
      yield { ...finding, path: `${model.path}.${finding.path}`, where: model.where };
  for (const section of ["litellm_settings", "router_settings.default_litellm_params"])
    for (const key of ["api_base", ...elsewhere])
      if (at(root, ...section.split("."), key) !== undefined)
        yield {
          path: `${section}.${key}`,
          problem: `${key} redirects the requests of every model`,
          allowed: "absent; each model sets its own api_base",
        };
}

/** Other settings that redirect requests. [litellm/types/router.py, CredentialLiteLLMParams] */
const elsewhere = [
  "base_url",
  "aws_bedrock_runtime_endpoint",
  "litellm_credential_name",
  "use_litellm_proxy",
];

function* ofModel({ name, params }: GatewayModel, config: Config): Iterable<Finding> {
  for (const [path, value] of [
    ["model_name", name],
    ["litellm_params.model", at(params, "model")],
  ] as const)
    if (typeof value !== "string" || value === "" || value.includes("*"))
      yield {
        path,
        problem: typeof value === "string" ? "it matches any model" : "it is not a string known at preview",
        allowed: "the name of one model, without *",
      };
  for (const key of elsewhere.filter((one) => at(params, one) !== undefined))
    yield {
      path: `litellm_params.${key}`,
      problem: `${key} redirects requests; only api_base may`,
      allowed: "absent",
    };
  const base = at(params, "api_base");
  const ours = providerOf(at(params, "model"));
  if (ours === unknown || (ours !== "hosted_vllm" && base === undefined)) return;
  const found = ours === "hosted_vllm" ? ofEngine(base, config) : ofProvider(base, config);
  if (found !== undefined) yield { path: "litellm_params.api_base", ...found };
}

function ofEngine(base: Value, { internalDomains }: Config) {
  const address = addressOf(base);
  const inside = internalDomains.some(
    (domain) => address?.host === domain || address?.host.endsWith(`.${domain}`),
  );
  return inside
    ? undefined
    : {
        problem:
          base === undefined
            ? "api_base of a self-hosted engine is not set"
            : "api_base is not a host of a self-hosted engine",
        allowed: `http(s)://<host>/… with a host below ${internalDomains.join(" or ")}`,
      };
}

function ofProvider(base: Value, { providerHosts }: Config) {
  const address = addressOf(base);
  return address?.encrypted && providerHosts.includes(address.host)
    ? undefined
    : {
        problem: "api_base is not a listed host of a provider",
        allowed: `absent, or https:// and one of ${providerHosts.join(", ")}`,
      };
}

/** The parts of a plain URL; undefined for one that parsers may read as different hosts. */
function addressOf(value: Value): { readonly encrypted: boolean; readonly host: string } | undefined {
  if (typeof value !== "string" || value.length > 300) return undefined;
  const match = /^(https?):\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::\d{1,5})?(?:\/[\w.\-/]*)?$/.exec(value);
  return match === null ? undefined : { encrypted: match[1] === "https", host: match[2] ?? "" };
}
