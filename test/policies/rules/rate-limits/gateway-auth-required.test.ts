import { stringify } from "yaml";
import { gatewayAuthRequired as rule } from "../../../../policies/rules/rate-limits/gateway-auth-required.ts";
import { secret } from "../../../../scripts/plan/wire.ts";
import { withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import {
  configMap,
  configWith,
  documents,
  elsewhere,
  inConfig,
  settings,
  unreadable,
} from "../../gateway-stack.ts";

const general = (field: string) => `general_settings.${field}`;
const metrics = "litellm_settings.require_auth_for_metrics_endpoint";
const key = [inConfig(general("master_key"))];
const alone = withField(settings, general("custom_auth"), undefined);
const open = withField(settings, general("master_key"), undefined);

cases(rule, {
  passes: [
    ["a key by reference", configMap()],
    ["no authentication of our own, and no tenants", documents({ "config.yaml": stringify(alone) })],
    ["what is plainly off", configWith(general("allow_requests_on_db_unavailable"), false)],
    [
      "a secret",
      { ...configMap(), props: { data: { "config.yaml": secret(String(configMap().props.data)) } } },
    ],
    ["documents of others", documents({ "prometheus.yaml": "global: {scrape_interval: 15s}" })],
    [
      "the extension under its configured name",
      configWith(general("custom_auth"), "gantry.auth"),
      { config: { customAuth: "gantry.auth" } },
    ],
  ],
  reports: [
    ["no key", configWith(general("master_key"), undefined), key],
    ["a key of null", configWith(general("master_key"), null), key],
    ["a key in clear", configWith(general("master_key"), "sk-1234"), key],
    ["more before a reference", configWith(general("master_key"), "sk-os.environ/KEY"), key],
    ["more after a reference", configWith(general("master_key"), "os.environ/KEY-1234"), key],
    ["a number", configWith(general("master_key"), 1234), key],
    [
      "no settings at all",
      configMap({ model_list: [] }),
      [...key, inConfig(general("custom_auth")), inConfig(metrics)],
    ],
    ["settings that are a list", configWith("general_settings", []), expectAll()],
    ["tenants that nobody reads", configMap(alone), [inConfig(general("custom_auth"))]],
    ["another module", configWith(general("custom_auth"), "evil.auth"), [inConfig(general("custom_auth"))]],
    ["open metrics", configWith(metrics, undefined), [inConfig(metrics)]],
    ["metrics closed by a text", configWith(metrics, "true"), [inConfig(metrics)]],
    ["metrics closed by a variable", configWith(metrics, "os.environ/AUTH"), [inConfig(metrics)]],
    ...[
      "allow_requests_on_db_unavailable",
      "allow_user_auth",
      "enable_jwt_auth",
      "enable_oauth2_auth",
      "enable_oauth2_proxy_auth",
      "use_client_credentials_pass_through_routes",
      "dangerously_permit_weak_or_unset_master_key",
    ].flatMap((name) => [
      [`${name} on`, configWith(general(name), true), [inConfig(general(name))]] as const,
      [`${name} by a text`, configWith(general(name), "False"), [inConfig(general(name))]] as const,
    ]),
    ["open routes", configWith(general("public_routes"), ["/v1/x"]), [inConfig(general("public_routes"))]],
    [
      "routes past the limits",
      configWith(general("pass_through_endpoints"), []),
      [inConfig(general("pass_through_endpoints"))],
    ],
    ...elsewhere(open).map(
      ([what, given, path]) =>
        [`no key ${what}`, given, [`gateway#${path}.general_settings.master_key`]] as const,
    ),
    [
      "every document",
      documents({ "a.yaml": "general_settings: {}", "b.yaml": "general_settings: {}" }),
      ["a", "b"].flatMap((name) =>
        [general("master_key"), metrics].map((path) => `gateway#data.${name}.yaml.${path}`),
      ),
    ],
    ...unreadable,
    [
      "a setting that is no module",
      configMap(),
      ["gateway#configuration.customAuth"],
      { config: { customAuth: "*" } },
    ],
  ],
});

/** What can't be read may hold every way in. */
function expectAll() {
  return [
    "master_key",
    "custom_auth",
    "pass_through_endpoints",
    "public_routes",
    "allow_requests_on_db_unavailable",
    "allow_user_auth",
    "dangerously_permit_weak_or_unset_master_key",
    "enable_jwt_auth",
    "enable_oauth2_auth",
    "enable_oauth2_proxy_auth",
    "use_client_credentials_pass_through_routes",
  ].map((name) => inConfig(general(name)));
}
