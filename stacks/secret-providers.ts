import { providerFacts } from "../components/gateway/providers.ts";
import type { Config } from "./config.ts";

/** Where models are staged from. Its token is kept as a provider's key is. */
export const modelHub = "huggingface";

/** Who runs the cache that is there already. Its password is kept as a provider's key is. */
export const existingCache = "redis";

/** Who gets alerts, and who vouches for people that sign in to Grafana. */
export const slack = "slack";
export const pagerDuty = "pagerduty";
export const grafanaClient = "grafana";

/**
 * Third parties whose keys are kept in Secrets Manager: providers of hosted models, the hub, the owner of the cache,
 * receivers of alerts, the identity provider.
 */
export function secretProviders({
  cache,
  hosted,
  modelStore,
  monitoring,
}: Pick<Config, "cache" | "hosted" | "modelStore" | "monitoring">): string[] {
  const providers: string[] = Object.values(hosted)
    .map(({ provider }) => provider)
    .filter((provider) => providerFacts[provider].keyVariable !== undefined);
  const others: Readonly<Record<string, unknown>> = {
    [modelHub]: modelStore.hubToken,
    [existingCache]: cache.existing,
    [slack]: monitoring.slack,
    [pagerDuty]: monitoring.pagerDuty,
    [grafanaClient]: monitoring.signIn,
  };
  const used = Object.entries(others).flatMap(([party, uses]) => (uses ? [party] : []));
  return [...new Set([...providers, ...used])].sort();
}
