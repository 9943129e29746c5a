import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, type Value } from "../../framework/value.ts";
import { inGatewayConfigs, mustBeAbsent, mustBeOff, mustBeOn } from "../../read/gateway/gateway-config.ts";
import { customAuthSettings } from "../../read/gateway/gateway-settings.ts";
import { tenantDocuments } from "../../read/gateway/tenants.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";

/** Settings that bypass the key. [litellm/proxy/_types.py, litellm/proxy/auth/user_api_key_auth.py] */
const absent: Readonly<Record<string, string>> = {
  pass_through_endpoints: "it forwards paths without limits",
  public_routes: "its paths don't require a key",
};
const off: Readonly<Record<string, string>> = {
  allow_requests_on_db_unavailable: "it accepts unauthenticated requests",
  allow_user_auth: "it adds a second authentication method",
  dangerously_permit_weak_or_unset_master_key: "it accepts a well-known key",
  enable_jwt_auth: "it also accepts tokens of another issuer",
  enable_oauth2_auth: "it also accepts tokens of another issuer",
  enable_oauth2_proxy_auth: "it trusts the user that request headers name",
  use_client_credentials_pass_through_routes: "it accepts the clients' own credentials",
};

export const gatewayAuthRequired: ResourceRule<typeof customAuthSettings> = {
  name: "gateway-auth-required",
  title: "The gateway requires a key for every request.",
  why: "Without a master key the gateway answers everyone, and every other authentication method bypasses the tenants' limits and budgets.",
  fix: "Set general_settings.master_key to os.environ/LITELLM_MASTER_KEY and require_auth_for_metrics_endpoint to true; remove other authentication methods.",
  severity: "critical",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "general_settings: { master_key: os.environ/LITELLM_MASTER_KEY }",
    bad: "general_settings: { public_routes: [/v1/chat/completions] }",
  },
  config: customAuthSettings,

  check(resource, { customAuth }) {
    const hasTenants = tenantDocuments(resource).length > 0;
    return inGatewayConfigs(resource, (root) => open(root, { customAuth, hasTenants }));
  },
};

/** Where tenants are listed, only the extension knows them: LiteLLM alone accepts one key for all callers. */
interface Expected {
  readonly customAuth: string;
  readonly hasTenants: boolean;
}

function* open(root: Value, { customAuth, hasTenants }: Expected): Iterable<Finding> {
  const key = at(root, "general_settings", "master_key");
  if (typeof key !== "string" || !/^os\.environ\/[A-Z][A-Z0-9_]*$/.test(key))
    yield {
      path: "general_settings.master_key",
      problem:
        key === undefined
          ? "no master_key is set, so the gateway answers without a key"
          : "master_key is not a reference to a variable",
      allowed: "os.environ/<NAME>",
    };
  const custom = at(root, "general_settings", "custom_auth");
  if (custom === undefined ? hasTenants : custom !== customAuth)
    yield {
      path: "general_settings.custom_auth",
      problem:
        custom === undefined
          ? "nothing reads the tenants and their keys, so the master key alone decides"
          : "custom_auth is not the project's own extension",
      allowed: hasTenants ? customAuth : `absent, or ${customAuth}`,
    };
  for (const [name, why] of Object.entries(absent))
    yield* mustBeAbsent(root, `general_settings.${name}`, why);
  for (const [name, why] of Object.entries(off)) yield* mustBeOff(root, `general_settings.${name}`, why);
  yield* mustBeOn(
    root,
    "litellm_settings.require_auth_for_metrics_endpoint",
    "metrics name tenants, models and spend, and whether they require a key depends on the version",
  );
}
