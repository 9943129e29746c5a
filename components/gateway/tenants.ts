import { createHash } from "node:crypto";

/** Owner of keys: the models that it may use, and all its limits. */
export interface Tenant {
  readonly models: readonly string[];
  readonly requestsPerMinute: number;
  readonly tokensPerMinute: number;
  readonly requestsPerDay: number;
  readonly tokensPerDay: number;
  readonly parallelRequests: number;
  readonly monthlyBudgetUsd: number;
  readonly inputCharacters: number;
  readonly inputTokens: number;
  readonly users: { readonly requestsPerMinute: number };
  /** What `auto` routes take for it. [extension/gantry_gateway/routing.py] */
  readonly tier: "economy" | "standard" | "premium";
  /** Numbers of its generated keys that are valid, the newest last. */
  readonly keys: readonly number[];
}

/** The tenants and their limits, without secrets: `tenants.yaml`. */
export function tenantsDocument(tenants: Readonly<Record<string, Tenant>>): object {
  const documents = Object.entries(tenants).map(([name, tenant]) => [name, { ...tenant, keys: "generated" }]);
  return { tenants: Object.fromEntries(documents) };
}

/** What one tenant's clients and servers send, in clear. */
export interface TenantSecrets {
  readonly keys: readonly string[];
  /** With which its servers vouch for users. */
  readonly signingKeys: readonly string[];
}

/** The SHA-256 of every valid key, and the keys of signatures, as the gateway compares them: `tenant-keys.yaml`, which is JSON. */
export function tenantKeysDocument(secrets: Readonly<Record<string, TenantSecrets>>): string {
  const each = (of: (secrets: TenantSecrets) => readonly string[]) =>
    Object.fromEntries(Object.entries(secrets).map(([tenant, its]) => [tenant, of(its)]));
  return JSON.stringify({
    tenantKeys: each(({ keys }) => keys.map(sha256)),
    userSigningKeys: each(({ signingKeys }) => signingKeys),
  });
}

/** The prefix of every key, so that people and scanners recognize leaked ones. */
export const keyPrefix = "sk-gantry-";

function sha256(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
