import { z } from "zod";

export const groupings = ["tenant", "user", "feature", "model", "day"] as const;
/** What usage can be added up by. */
export type Grouping = (typeof groupings)[number];

const record = z.object({
  time: z.string(),
  tenant: z.string().nullable(),
  user: z.string().nullable(),
  feature: z.string().nullable(),
  model: z.string().nullable(),
  code: z.string(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  cost_usd: z.number(),
  cache: z.string(),
});

/** What was used by one group. Tokens and money of answers from the cache aren't used again. */
export interface Usage {
  readonly group: Readonly<Partial<Record<Grouping, string>>>;
  readonly requests: number;
  /** Requests that ended with another code than `ok`. */
  readonly failed: number;
  readonly cached: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usd: number;
}

/** Billionths of a dollar are whole numbers, whose sum is exact. */
const nano = 1e9;

/** Adds records up. */
export class UsageSum {
  private readonly by: readonly Grouping[];
  private readonly groups = new Map<string, Usage & { readonly nanoUsd: number }>();

  constructor(by: readonly Grouping[]) {
    this.by = by;
  }

  /** @throws ZodError for what isn't a record */
  add(object: unknown) {
    const found = record.parse(object);
    const words = { ...found, day: found.time.slice(0, 10) };
    const group = Object.fromEntries(this.by.map((name) => [name, words[name] ?? "none"]));
    const key = JSON.stringify(group);
    const before = this.groups.get(key);
    const cached = found.cache === "none" ? 0 : 1;
    const nanoUsd = (before?.nanoUsd ?? 0) + Math.round(found.cost_usd * nano);
    this.groups.set(key, {
      group,
      requests: (before?.requests ?? 0) + 1,
      failed: (before?.failed ?? 0) + (found.code === "ok" ? 0 : 1),
      cached: (before?.cached ?? 0) + cached,
      inputTokens: (before?.inputTokens ?? 0) + (cached ? 0 : found.input_tokens),
      outputTokens: (before?.outputTokens ?? 0) + (cached ? 0 : found.output_tokens),
      nanoUsd,
      usd: nanoUsd / nano,
    });
  }

  /** By cost, the dearest first. */
  get rows(): readonly Usage[] {
    return [...this.groups.values()]
      .map(({ nanoUsd: _, ...usage }) => usage)
      .sort((a, b) => b.usd - a.usd || JSON.stringify(a.group).localeCompare(JSON.stringify(b.group)));
  }
}
