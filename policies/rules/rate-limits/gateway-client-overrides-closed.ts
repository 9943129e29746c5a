import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, type Value } from "../../framework/value.ts";
import {
  gatewayModels,
  inGatewayConfigs,
  mustBeAbsent,
  mustBeOff,
  mustBeOn,
} from "../../read/gateway/gateway-config.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";

const parameter = "configurable_clientside_auth_params";
const redirected = "a client could send our requests, with our keys, where it likes";

export const gatewayClientOverridesClosed: ResourceRule = {
  name: "gateway-client-overrides-closed",
  title: "A request can't say where it goes, with which credentials, or on whose account.",
  why: "A client that chooses api_base receives our provider's key; one that brings its own tags books its use on another tenant.",
  fix: "Take configurable_clientside_auth_params out, leave client credentials and headers off, set reject_clientside_metadata_tags to true.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "general_settings: { reject_clientside_metadata_tags: true }",
    bad: "litellm_params: { configurable_clientside_auth_params: [api_base] }",
  },
  config: {},

  check(resource) {
    return inGatewayConfigs(resource, overrides);
  },
};

function* overrides(root: Value): Iterable<Finding> {
  // An entry that can't be read may hold anything.
  for (const { path, where, params } of gatewayModels(root))
    if (at(params, parameter) !== undefined)
      yield {
        path: `${path}.litellm_params.${parameter}`,
        where,
        problem: `${parameter} is set: ${redirected}`,
        allowed: "absent",
      };
  yield* mustBeAbsent(root, `router_settings.default_litellm_params.${parameter}`, redirected);
  yield* mustBeAbsent(root, `litellm_settings.default_litellm_params.${parameter}`, redirected);
  yield* mustBeOff(root, "general_settings.allow_client_side_credentials", redirected);
  for (const section of ["general_settings", "litellm_settings"])
    for (const name of ["forward_client_headers_to_llm_api", "forward_llm_provider_auth_headers"])
      yield* mustBeOff(root, `${section}.${name}`, "headers of clients would reach the provider");
  yield* mustBeAbsent(
    root,
    "litellm_settings.model_group_settings.forward_client_headers_to_llm_api",
    "headers of clients would reach the provider",
  );
  yield* mustBeOn(
    root,
    "general_settings.reject_clientside_metadata_tags",
    "clients could book their use on other tags",
  );
}
