import { randomBytes } from "node:crypto";
import { cachePassword, tenantKey, tenantSigningKey } from "../../components/secrets/secret-names.ts";
import { tenantsOf } from "../../stacks/catalogue.ts";
import type { Config } from "../../stacks/config.ts";
import { generatedSecrets } from "../../stacks/generated-secrets.ts";

/** Values in place of Secrets Manager's, each made on first use. */
export class LocalSecrets {
  private readonly values = new Map<string, string>();
  private readonly config: () => Config;

  /** @param config as it is in effect */
  constructor(config: () => Config) {
    this.config = config;
  }

  /** @param subject what follows `gantry/<environment>/` in its name */
  of(subject: string): string {
    return this.named(`gantry/${this.config().environment}/${subject}`);
  }

  named(name: string): string {
    const known = this.values.get(name);
    if (known !== undefined) return known;
    const subject = name.split("/").slice(2).join("/");
    // The Redis of this machine takes one password for as long as it runs.
    if (/^redis-\d+$/.test(subject)) return this.of(cachePassword(1));
    const generated = generatedSecrets(this.config()).find((one) => one.subject === subject);
    const value = `${generated?.beginsWith ?? ""}${randomBytes(20).toString("hex")}`;
    this.values.set(name, value);
    return value;
  }

  /** The newest key of a tenant, and what its servers sign with. */
  ofTenant(tenant: string): { readonly key: string; readonly signingKey: string } {
    const number = tenantsOf(this.config().tenants)[tenant]?.keys.at(-1) ?? 1;
    return { key: this.of(tenantKey(tenant, number)), signingKey: this.of(tenantSigningKey(tenant, number)) };
  }
}
