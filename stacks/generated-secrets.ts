import { keyPrefix } from "../components/gateway/tenants.ts";
import {
  cachePassword,
  engineKey,
  type GeneratedSecret,
  gatewayMasterKey,
  gatewayMetricsKey,
  grafanaAdmin,
  tenantKey,
  tenantSigningKey,
} from "../components/secrets/secret-names.ts";
import { engineKeyCount } from "./arrangement.ts";
import { tenantsOf } from "./catalogue.ts";
import type { Settings } from "./schema.ts";

/** Every value that an environment generates: keys of engines, gateway and tenants, and passwords. */
export function generatedSecrets(
  settings: Pick<Settings, "cache" | "models" | "tenants">,
): GeneratedSecret[] {
  return [
    ...Array.from({ length: engineKeyCount(settings) }, (_, index) => ({
      subject: engineKey(index + 1),
    })),
    { subject: grafanaAdmin },
    // LiteLLM refuses to start with a key of another form.
    { subject: gatewayMasterKey, beginsWith: "sk-" },
    { subject: gatewayMetricsKey },
    ...cachePasswords(settings).map((number) => ({ subject: cachePassword(number) })),
    ...Object.entries(tenantsOf(settings.tenants)).flatMap(([tenant, { keys }]) =>
      keys.flatMap((number): GeneratedSecret[] => [
        { subject: tenantKey(tenant, number), beginsWith: keyPrefix, revocable: true },
        { subject: tenantSigningKey(tenant, number), revocable: true },
      ]),
    ),
  ];
}

/** Every password that the environment's own cache ever took: one that no longer opens it needs no deletion. */
function cachePasswords({ cache }: Pick<Settings, "cache">): number[] {
  const newest = cache.create ? Math.max(...passwordsOf(cache.create)) : 0;
  return Array.from({ length: newest }, (_, index) => index + 1);
}

/** The passwords that the environment's own cache takes, the newest last. */
export function passwordsOf({ passwords = [1] }: { readonly passwords?: readonly number[] | undefined }) {
  return passwords;
}

/** Names in Secrets Manager of each tenant's keys, the newest last. */
export function tenantSecrets(
  { tenants }: Pick<Settings, "tenants">,
  prefix: string,
): Record<string, { key: string; signingKey: string }[]> {
  return Object.fromEntries(
    Object.entries(tenantsOf(tenants)).map(([tenant, { keys }]) => [
      tenant,
      keys.map((number) => ({
        key: `${prefix}/${tenantKey(tenant, number)}`,
        signingKey: `${prefix}/${tenantSigningKey(tenant, number)}`,
      })),
    ]),
  );
}
