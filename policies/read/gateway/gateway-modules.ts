import { at, elements, isList, orUnknown, type Value } from "../../framework/value.ts";
import { gatewayModels } from "./gateway-config.ts";

/** Code that a gateway's configuration loads by name. */
export interface NamedModule {
  /** Relative to the root of the configuration. */
  readonly path: string;
  readonly value: Value;
}

/** Settings that take nothing but Python objects. [litellm/proxy/proxy_server.py, ProxyConfig.load_config] */
const objects: readonly string[] = [
  "general_settings.custom_auth",
  "general_settings.custom_key_generate",
  "general_settings.custom_key_policy",
  "general_settings.custom_key_update",
  "general_settings.custom_sso",
  "general_settings.custom_team_metadata_validate",
  "general_settings.custom_ui_sso_sign_in_handler",
  "general_settings.plugins",
  "litellm_settings.post_call_rules",
  "litellm_settings.pre_call_rules",
  "router_settings.plugins",
];

/** Lists of callbacks: names that LiteLLM knows, or Python objects. */
export const callbackLists: readonly string[] = [
  "litellm_settings.callbacks",
  "litellm_settings.success_callback",
  "litellm_settings.failure_callback",
  "litellm_settings.input_callback",
  "litellm_settings.service_callback",
  "litellm_settings.audit_log_callbacks",
];

/** The values at a path of a configuration; a single value counts as a list of one. */
export function listedAt(root: Value, path: string): readonly NamedModule[] {
  const value = at(root, ...path.split("."));
  if (value === undefined) return [];
  return isList(value)
    ? value.map((one, index) => ({ path: `${path}.${index}`, value: one }))
    : [{ path, value }];
}

/** All code that a configuration names. */
export function namedModules(root: Value): readonly NamedModule[] {
  const guardrails = orUnknown(elements(at(root, "guardrails"))).map(
    (guardrail, index): NamedModule => ({
      path: `guardrails.${index}.litellm_params.guardrail`,
      value: at(guardrail, "litellm_params", "guardrail"),
    }),
  );
  const handlers = listedAt(root, "litellm_settings.custom_provider_map").map(
    ({ path, value }): NamedModule => ({
      path: `${path}.custom_handler`,
      value: at(value, "custom_handler"),
    }),
  );
  const routers = gatewayModels(root)
    .map(
      ({ path, params }): NamedModule => ({
        path: `${path}.litellm_params.complexity_router_config`,
        value: at(params, "complexity_router_config"),
      }),
    )
    .filter(({ value }) => value !== undefined);
  return [
    ...objects.flatMap((path) => listedAt(root, path)),
    ...handlers,
    ...routers,
    ...[...callbackLists.flatMap((path) => listedAt(root, path)), ...guardrails].filter(mayBeCode),
  ];
}

/** LiteLLM's own callbacks have plain names; code has a module before its name, or an address. */
function mayBeCode({ value }: NamedModule): boolean {
  return typeof value !== "string" || !/^[a-z0-9_]+$/.test(value);
}
