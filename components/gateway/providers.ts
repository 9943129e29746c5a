/** The providers of hosted models. */
export const providers = ["openai", "anthropic", "gemini", "mistral", "together", "groq", "bedrock"] as const;
/** A provider of hosted models, as the configuration names it. */
export type Provider = (typeof providers)[number];

/** A provider's settings that the gateway needs. */
interface ProviderFacts {
  /** Begins LiteLLM's name of each of its models. [docs.litellm.ai/docs/providers] */
  readonly prefix: string;
  /** The variable with its key. Bedrock knows the gateway by its role. */
  readonly keyVariable?: string;
  /** Its own feed of incidents, in the form of Statuspage. */
  readonly statusUrl?: string;
}

/** Of each provider: LiteLLM's prefix, its key and its address. */
export const providerFacts: Readonly<Record<Provider, ProviderFacts>> = {
  openai: {
    prefix: "openai",
    keyVariable: "OPENAI_API_KEY",
    statusUrl: "https://status.openai.com/api/v2/status.json",
  },
  anthropic: {
    prefix: "anthropic",
    keyVariable: "ANTHROPIC_API_KEY",
    statusUrl: "https://status.anthropic.com/api/v2/status.json",
  },
  gemini: { prefix: "gemini", keyVariable: "GEMINI_API_KEY" },
  mistral: { prefix: "mistral", keyVariable: "MISTRAL_API_KEY" },
  together: { prefix: "together_ai", keyVariable: "TOGETHERAI_API_KEY" },
  groq: { prefix: "groq", keyVariable: "GROQ_API_KEY" },
  bedrock: { prefix: "bedrock" },
};
