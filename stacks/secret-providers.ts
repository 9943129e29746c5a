import type { Config } from "./config.ts";

/** Where models are staged from. Its token is kept as a provider's key is. */
export const modelHub = "huggingface";

/** Third parties whose API keys are kept in Secrets Manager: providers of hosted models, and the hub. */
export function secretProviders({ hosted, modelStore }: Pick<Config, "hosted" | "modelStore">): string[] {
  const providers: string[] = Object.values(hosted).map(({ provider }) => provider);
  return [...new Set([...providers, ...(modelStore.hubToken ? [modelHub] : [])])].sort();
}
