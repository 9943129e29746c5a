/**
 * When models of providers retire. All of it is second-hand: from the cost map of LiteLLM 1.110.2 and from public copies
 * and excerpts of the providers' pages. The pages themselves weren't opened: compare before you rely on a date.
 */
interface Retirements {
  /** The provider's page that states it first. */
  readonly source: string;
  /** When the second-hand copies were read, in the form `YYYY-MM-DD`. */
  readonly read: string;
  /** The first day on which requests may fail, by the model's name in a gateway's configuration. */
  readonly models: Readonly<Record<string, string>>;
  /** Models for which no source that was read announces a retirement. */
  readonly unannounced?: readonly string[];
}

/** "Not sooner than" counts as the date itself: after it nothing is guaranteed. */
const retirements: readonly Retirements[] = [
  {
    source: "https://developers.openai.com/api/docs/deprecations",
    read: "2026-11-25",
    models: {
      "openai/gpt-3.5-turbo-1106": "2026-09-28",
      "openai/gpt-4-0613": "2026-10-23",
      "openai/gpt-4-1106-preview": "2026-10-23",
      "openai/gpt-4-turbo-2024-04-09": "2026-10-23",
      "openai/gpt-4.1-2025-04-14": "2027-01-14",
      "openai/gpt-4.1-mini-2025-04-14": "2027-01-14",
      "openai/gpt-4.1-nano-2025-04-14": "2026-10-23",
      "openai/gpt-4o-2024-05-13": "2026-10-23",
      "openai/gpt-4o-2024-08-06": "2027-01-14",
      "openai/gpt-4o-2024-11-20": "2027-01-14",
      "openai/gpt-4o-mini-2024-07-18": "2027-01-14",
      "openai/gpt-5-2025-08-07": "2026-12-11",
      "openai/gpt-5-mini-2025-08-07": "2026-12-11",
      "openai/gpt-5-nano-2025-08-07": "2026-12-11",
      "openai/gpt-5-pro-2025-10-06": "2026-12-11",
      "openai/gpt-5.1-2025-11-13": "2027-04-01",
      "openai/gpt-5.4-nano-2026-03-17": "2027-04-01",
      "openai/o1-2024-12-17": "2026-10-23",
      "openai/o3-2025-04-16": "2026-12-11",
      "openai/o3-mini-2025-01-31": "2026-10-23",
      "openai/o4-mini-2025-04-16": "2026-10-23",
    },
    unannounced: [
      "openai/gpt-5.2-2025-12-11",
      "openai/gpt-5.4-2026-03-05",
      "openai/gpt-5.4-mini-2026-03-17",
      "openai/gpt-5.5-2026-04-23",
    ],
  },
  {
    source: "https://platform.claude.com/docs/en/about-claude/model-deprecations",
    read: "2026-11-25",
    models: {
      "anthropic/claude-haiku-4-5-20251001": "2026-10-15",
      "anthropic/claude-sonnet-4-20250514": "2026-06-15",
      "anthropic/claude-sonnet-4-5-20250929": "2026-11-30",
      "anthropic/claude-sonnet-4-6": "2027-02-17",
      "anthropic/claude-sonnet-5": "2027-06-30",
      "anthropic/claude-sonnet-5-5": "2027-09-28",
      "anthropic/claude-opus-4-20250514": "2026-06-15",
      "anthropic/claude-opus-4-1-20250805": "2026-08-05",
      "anthropic/claude-opus-4-5-20251101": "2026-11-24",
      "anthropic/claude-opus-4-6": "2027-02-05",
      "anthropic/claude-opus-4-7": "2027-04-16",
      "anthropic/claude-opus-4-8": "2027-05-28",
      "anthropic/claude-opus-5": "2027-07-24",
      "anthropic/claude-opus-5-5": "2027-09-22",
      "anthropic/claude-fable-5": "2027-06-09",
      "anthropic/claude-fable-5-1": "2027-09-01",
    },
  },
  {
    source: "https://ai.google.dev/gemini-api/docs/deprecations",
    read: "2026-11-25",
    models: {
      "gemini/gemini-2.5-computer-use-preview-10-2025": "2026-07-28",
      "gemini/gemini-2.5-flash": "2026-12-01",
      "gemini/gemini-2.5-flash-image": "2027-03-15",
      "gemini/gemini-2.5-flash-native-audio-preview-12-2025": "2026-11-17",
      "gemini/gemini-2.5-pro": "2026-12-01",
      "gemini/gemini-3.1-flash-lite": "2027-05-07",
      "gemini/gemini-embedding-001": "2028-05-14",
    },
    unannounced: [
      "gemini/gemini-3.5-flash",
      "gemini/gemini-3.5-flash-lite",
      "gemini/gemini-3.6-flash",
      "gemini/gemini-3.7-flash",
      "gemini/gemini-3.8-flash",
    ],
  },
  {
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/model-cards.html",
    read: "2026-11-25",
    models: {
      "bedrock/anthropic.claude-opus-4-1-20250805-v1:0": "2027-01-08",
      "bedrock/anthropic.claude-sonnet-4-20250514-v1:0": "2026-10-14",
      "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0": "2027-04-08",
      "bedrock/meta.llama3-1-8b-instruct-v1:0": "2027-03-30",
      "bedrock/meta.llama3-1-70b-instruct-v1:0": "2027-03-30",
      "bedrock/meta.llama3-1-405b-instruct-v1:0": "2026-07-07",
      "bedrock/meta.llama3-3-70b-instruct-v1:0": "2027-03-30",
      "bedrock/meta.llama4-scout-17b-instruct-v1:0": "2027-03-30",
      "bedrock/mistral.mixtral-8x7b-instruct-v0:1": "2027-03-30",
    },
  },
  {
    source: "https://docs.mistral.ai/models",
    read: "2026-11-25",
    models: { "mistral/mistral-large-2512": "2027-04-30" },
  },
];

/** What is known about one model's retirement. */
export interface Retirement {
  /** The first day on which requests may fail; undefined where none was announced. */
  readonly on?: string;
  /** Where and when that was read. */
  readonly source: string;
  readonly read: string;
}

/** Retirement of each hosted snapshot by its name. */
export const providerModels: ReadonlyMap<string, Retirement> = new Map(
  retirements.flatMap(({ source, read, models, unannounced = [] }) => [
    ...Object.entries(models).map(([name, on]): [string, Retirement] => [name, { on, source, read }]),
    ...unannounced.map((name): [string, Retirement] => [name, { source, read }]),
  ]),
);
