import { parse, stringify } from "yaml";
import type { Properties, Wire } from "../../../scripts/plan/wire.ts";
import { withField } from "../../support/policy.ts";
import { container } from "../gateway-stack.ts";
import { type Mistake, ofModels } from "../mutations.ts";

type Document = Properties & { readonly model_list?: readonly Wire[] };

/** One of the gateway's documents, changed. */
const document = (
  what: string,
  file: string,
  change: (document: Document) => Wire,
  caughtBy: string,
): Mistake => ({
  what,
  type: "v1:ConfigMap",
  path: "data",
  becomes: (data) => {
    const files = data as Record<string, string>;
    return { ...files, [file]: stringify(change(parse(files[file] ?? "") as Document)) };
  },
  where: (data) => Object.hasOwn(data as object, file),
  caughtBy: [caughtBy],
});

/** A slip in LiteLLM's configuration: one setting replaced or taken out. `hosted` and `own` mean a model of that kind. */
const slip = (what: string, path: string, value: Wire | undefined, caughtBy: string): Mistake =>
  document(
    what,
    "config.yaml",
    (config) => {
      const isOwn = (model: Wire) => JSON.stringify(model).includes('"hosted_vllm/');
      const models = config.model_list ?? [];
      const place = path
        .replace(/^hosted/, `model_list.${models.findIndex((model) => !isOwn(model))}.litellm_params`)
        .replace(/^own(?=\.model_info)/, `model_list.${models.findIndex(isOwn)}`)
        .replace(/^own/, `model_list.${models.findIndex(isOwn)}.litellm_params`);
      return withField(config, place, value);
    },
    caughtBy,
  );

/** A slip in the limits of one tenant. */
const limit = (what: string, field: string, value: Wire | undefined): Mistake =>
  document(
    what,
    "tenants.yaml",
    (tenants) => withField(tenants, `tenants.web.${field}`, value),
    "tenant-limits-complete",
  );

/** A gateway beside an engine, with something in its container that shouldn't be there. */
const beside = (what: string, field: string, value: Wire, caughtBy: string): Mistake => ({
  what,
  type: "v1:Deployment",
  path: "spec.template.spec.containers",
  becomes: (containers) => [...(containers as readonly Wire[]), withField(container, field, value)],
  adds: "a gateway",
  caughtBy: [caughtBy],
});

/** A variable of an engine. */
const variable = (what: string, name: string, value: Wire): Mistake => ({
  what,
  type: "v1:Deployment",
  path: "spec.template.spec.containers.*.env",
  where: ofModels,
  becomes: (env) => {
    const others = (env as readonly { readonly name: string }[]).filter((one) => one.name !== name);
    return [...others, { name, value }] as Wire;
  },
  caughtBy: ["prompt-logging-declared"],
});

const hosted = "hosted";
const own = "own";

/** What can be wrong with a gateway, and with what is written down of what people ask. */
export const gatewayMistakes: readonly Mistake[] = [
  slip("a family's name", `${hosted}.model`, "openai/gpt-4o", "provider-model-pinned"),
  slip("the newest model", `${hosted}.model`, "anthropic/claude-3-7-sonnet-latest", "provider-model-pinned"),
  slip("a retired model", `${hosted}.model`, "openai/gpt-3.5-turbo-1106", "provider-model-not-retired"),
  slip("a model that goes soon", `${hosted}.model`, "openai/gpt-5-2025-08-07", "provider-model-retires-soon"),
  slip("no master key", "general_settings.master_key", undefined, "gateway-auth-required"),
  slip("a master key in clear", "general_settings.master_key", "sk-1234", "gateway-auth-required"),
  slip(
    "open metrics",
    "litellm_settings.require_auth_for_metrics_endpoint",
    undefined,
    "gateway-auth-required",
  ),
  slip("models in a database", "general_settings.store_model_in_db", true, "gateway-without-database"),
  slip("limits as hints", "router_settings.optional_pre_call_checks", undefined, "gateway-limits-enforced"),
  slip("counters of each pod", "router_settings.redis_host", undefined, "gateway-limits-enforced"),
  slip(
    "addresses of clients",
    `${own}.configurable_clientside_auth_params`,
    ["api_base"],
    "gateway-client-overrides-closed",
  ),
  slip(
    "tags of clients",
    "general_settings.reject_clientside_metadata_tags",
    undefined,
    "gateway-client-overrides-closed",
  ),
  slip("no timeout", "litellm_settings.request_timeout", undefined, "gateway-timeouts-bounded"),
  slip("a timeout that cuts streams", "router_settings.timeout", 30, "gateway-timeouts-bounded"),
  slip(
    "a fallback to nothing",
    "router_settings.fallbacks",
    [{ chat: ["nothing"] }],
    "gateway-fallbacks-resolve",
  ),
  slip(
    "prompts at another company",
    "litellm_settings.success_callback",
    ["langfuse"],
    "prompt-logging-declared",
  ),
  slip("any model", `${hosted}.model`, "anthropic/*", "gateway-models-closed"),
  slip("an engine elsewhere", `${own}.api_base`, "http://chat.example.com/v1", "gateway-models-closed"),
  slip("no price", `${own}.model_info.input_cost_per_token`, undefined, "self-hosted-cost-recorded"),
  slip("an unknown extension", "general_settings.custom_auth", "other.auth", "gateway-config-readable"),
  limit("no daily tokens", "tokensPerDay", undefined),
  limit("a budget of a million", "monthlyBudgetUsd", 1_000_000),
  limit("any model for a tenant", "models", ["*"]),
  limit("a key in clear", "keys", ["sk-1234"]),
  beside("a configuration from nowhere", "args", [], "gateway-config-readable"),
  beside("a debug flag", "args", ["--detailed_debug"], "prompt-logging-declared"),
  beside(
    "a database by a variable",
    "env",
    [{ name: "DATABASE_URL", value: "x" }],
    "gateway-without-database",
  ),
  variable("a debug level", "VLLM_LOGGING_LEVEL", "DEBUG"),
  variable("answers in the log", "VLLM_DEBUG_LOG_API_SERVER_RESPONSE", "1"),
];
