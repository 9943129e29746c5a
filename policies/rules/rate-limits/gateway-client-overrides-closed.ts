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
const risk = "a client could send our requests, with our keys, to any host";

export const gatewayClientOverridesClosed: ResourceRule = {
  name: "gateway-client-overrides-closed",
  title: "Clients can't override the destination, the credentials or the tags of a request.",
  why: "A client that sets api_base receives our provider key; one that sets its own tags charges its usage to another tenant.",
  fix: "Remove configurable_clientside_auth_params, keep forwarding of client credentials and headers off, and set reject_clientside_metadata_tags to true.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "general_settings: { reject_clientside_metadata_tags: true }",
    bad: "litellm_params: { configurable_clientside_auth_params: [api_base] }",
  },

  check(resource) {
    return inGatewayConfigs(resource, overrides);
  },
};

function* overrides(root: Value): Iterable<Finding> {
  // An entry that can't be read may contain anything.
  for (const { path, where, params } of gatewayModels(root))
    if (at(params, parameter) !== undefined)
      yield {
        path: `${path}.litellm_params.${parameter}`,
        where,
        problem: `${parameter} is set: ${risk}`,
        allowed: "absent",
      };
  yield* mustBeAbsent(root, `router_settings.default_litellm_params.${parameter}`, risk);
  yield* mustBeAbsent(root, `litellm_settings.default_litellm_params.${parameter}`, risk);
  yield* mustBeOff(root, "general_settings.allow_client_side_credentials", risk);
  for (const section of ["general_settings", "litellm_settings"])
    for (const name of ["forward_client_headers_to_llm_api", "forward_llm_provider_auth_headers"])
      yield* mustBeOff(root, `${section}.${name}`, "client headers would be forwarded to the provider");
  yield* mustBeAbsent(
    root,
    "litellm_settings.model_group_settings.forward_client_headers_to_llm_api",
    "client headers would be forwarded to the provider",
  );
  yield* mustBeOn(
    root,
    "general_settings.reject_clientside_metadata_tags",
    "clients could charge their usage to other tags",
  );
}
