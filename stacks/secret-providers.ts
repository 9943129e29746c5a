import { providerFacts } from "../components/gateway/providers.ts";
import type { Config } from "./config.ts";

/** Where models are staged from. Its token is kept as a provider's key is. */
export const modelHub = "huggingface";

/** Who runs the cache that is there already. Its password is kept as a provider's key is. */
export const existingCache = "redis";

/** Third parties whose keys are kept in Secrets Manager: providers of hosted models, the hub, the owner of the cache. */
export function secretProviders({
  cache,
  hosted,
  modelStore,
}: Pick<Config, "cache" | "hosted" | "modelStore">): string[] {
  const providers: string[] = Object.values(hosted)
    .map(({ provider }) => provider)
    .filter((provider) => providerFacts[provider].keyVariable !== undefined);
  const others = [...(modelStore.hubToken ? [modelHub] : []), ...(cache.existing ? [existingCache] : [])];
  return [...new Set([...providers, ...others])].sort();
}
