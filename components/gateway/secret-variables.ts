import { engineKeyVariable, keyGenerations } from "./engine-keys.ts";
import type { Catalogue } from "./models.ts";
import { type SecretVariable, secretEntries } from "./pod.ts";
import { type Provider, providerFacts } from "./providers.ts";

/** A Kubernetes Secret and where each of its entries comes from in Secrets Manager. */
export interface SyncedSecret {
  readonly name: string;
  readonly entries: Readonly<Record<string, { readonly secret: string }>>;
}

export interface SecretNames {
  readonly masterKey: string;
  readonly metricsKey: string;
  /** Those that the cache takes, the newest last. */
  readonly cachePasswords: readonly string[];
  readonly engineKey: (generation: number) => string;
  readonly providerKey: (provider: string) => string;
}

/** The Secret that the gateway requires to start. */
export const gatewaySecret = "gateway";

/**
 * The gateway's variables and the Secrets behind them. A provider's key has one of its own, without which pods start:
 * it may not be stored yet, and the other models answer all the same.
 */
export function secretVariables(
  { selfHosted, hosted }: Catalogue,
  names: SecretNames,
): { readonly variables: Record<string, SecretVariable>; readonly secrets: SyncedSecret[] } {
  const models = Object.values(selfHosted);
  const generations = keyGenerations(models);
  const providers = [...new Set(Object.values(hosted).map(({ provider }) => provider))].flatMap(
    (provider) => {
      const variable = providerFacts[provider].keyVariable;
      return variable === undefined ? [] : [{ provider, variable, name: providerSecret(provider) }];
    },
  );
  const own = (entry: string): SecretVariable => ({ secret: gatewaySecret, entry });
  return {
    variables: {
      LITELLM_MASTER_KEY: own(secretEntries.masterKey),
      GANTRY_METRICS_TOKEN: own(secretEntries.metricsKey),
      // A name of its own for each, so that another one replaces the pods.
      REDIS_PASSWORD: own(names.cachePasswords.map(cacheEntry).at(-1) ?? ""),
      ...Object.fromEntries(
        generations.map((generation) => [
          engineKeyVariable(models, generation),
          own(engineEntry(generation)),
        ]),
      ),
      ...Object.fromEntries(
        providers.map(({ variable, name }) => [
          variable,
          { secret: name, entry: "key", optional: true as const },
        ]),
      ),
    },
    secrets: [
      {
        name: gatewaySecret,
        entries: {
          [secretEntries.masterKey]: { secret: names.masterKey },
          [secretEntries.metricsKey]: { secret: names.metricsKey },
          // The one before stays until its pods are gone.
          ...Object.fromEntries(names.cachePasswords.map((secret) => [cacheEntry(secret), { secret }])),
          ...Object.fromEntries(
            generations.map((generation) => [
              engineEntry(generation),
              { secret: names.engineKey(generation) },
            ]),
          ),
        },
      },
      ...providers.map(({ provider, name }) => ({
        name,
        entries: { key: { secret: names.providerKey(provider) } },
      })),
    ],
  };
}

/** Of a cache's password, by its name in Secrets Manager. */
const cacheEntry = (secret: string) => `${secret.split("/").at(-1)}-password`;
const engineEntry = (generation: number) => `engine-key-${generation}`;
const providerSecret = (provider: Provider) => `gateway-${provider}`;
