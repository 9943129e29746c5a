import { checksum, type Extension } from "./extension.ts";
import { type GatewayConfigArgs, gatewayConfig, rendered } from "./gateway-config.ts";
import { type GatewaySettingsArgs, gatewaySettings } from "./gateway-settings.ts";
import { type Tenant, tenantsDocument } from "./tenants.ts";

/** The files that the gateway's pods read: each known at preview, so that policies can check it. */
export interface GatewayDocuments {
  /** In the folder of LiteLLM's configuration. */
  readonly beside: Readonly<Record<string, string>>;
  /** Hash of the files that are read only at startup: a change replaces the pods. Tenants and settings are reloaded instead. */
  readonly checksum: string;
}

/** The files of an environment's gateway. */
export function gatewayDocuments(
  args: GatewayConfigArgs & GatewaySettingsArgs,
  tenants: Readonly<Record<string, Tenant>>,
  extension: Extension,
): GatewayDocuments {
  const config = rendered(gatewayConfig(args));
  return {
    beside: {
      ...extension.module,
      "config.yaml": config,
      "settings.yaml": rendered(gatewaySettings(args)),
      "tenants.yaml": rendered(tenantsDocument(tenants)),
    },
    checksum: checksum([config, ...Object.values(extension.module), ...Object.values(extension.package)]),
  };
}
