import { tenantKey, tenantSigningKey } from "../secrets/secret-names.ts";
import type { Tenant } from "./tenants.ts";

/** A document that External Secrets writes: the template, and the subject of the secret behind each of its entries. */
export interface KeysTemplate {
  readonly text: string;
  readonly entries: Readonly<Record<string, string>>;
}

/**
 * `tenant-keys.yaml`, as `tenantKeysDocument` has it, hashed on the way from Secrets Manager: the cluster never holds a
 * tenant's key, and Pulumi no hash. Keys for signing stay as they are, since signatures are checked with them.
 * [external-secrets.io, advanced templating: sprig's sha256sum]
 */
export function tenantKeysTemplate(tenants: Readonly<Record<string, Pick<Tenant, "keys">>>): KeysTemplate {
  const all = Object.entries(tenants).flatMap(([tenant, { keys }]) =>
    keys.map((number) => ({ tenant, number })),
  );
  const lists = (value: (entry: string) => string, entry: (tenant: string, number: number) => string) =>
    Object.entries(tenants)
      .map(
        ([tenant, { keys }]) =>
          `"${tenant}":[${keys.map((one) => `"${value(entry(tenant, one))}"`).join(",")}]`,
      )
      .join(",");
  const hashed = lists((entry) => `{{ index . "${entry}" | sha256sum }}`, keyEntry);
  const signing = lists((entry) => `{{ index . "${entry}" }}`, signingEntry);
  return {
    text: `{"tenantKeys":{${hashed}},"userSigningKeys":{${signing}}}`,
    entries: Object.fromEntries(
      all.flatMap(({ tenant, number }) => [
        [keyEntry(tenant, number), tenantKey(tenant, number)],
        [signingEntry(tenant, number), tenantSigningKey(tenant, number)],
      ]),
    ),
  };
}

const keyEntry = (tenant: string, number: number) => `${tenant}-${number}`;
const signingEntry = (tenant: string, number: number) => `${tenant}-${number}-signing`;
