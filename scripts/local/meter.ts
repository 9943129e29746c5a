import { z } from "zod";
import type { Forwarded } from "./load-balancer.ts";

/** A line of the gateway's records, as far as it is shown. [components/gateway/extension/gantry_gateway/records.py] */
const record = z.object({
  event: z.literal("request"),
  tenant: z.string().nullable(),
  model: z.string().nullable(),
  code: z.string(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  cost_usd: z.number(),
  first_token_ms: z.number().nullable(),
});

const dimensions = ["model", "slot", "tenant"] as const;
type Dimension = (typeof dimensions)[number];

/** The figures of one model, slot or tenant in one second. */
export interface Figures {
  readonly requests: number;
  readonly errors: number;
  readonly tokens: number;
  readonly costUsd: number;
  /** Sum of the milliseconds to the first tokens, and of how many streams. */
  readonly firstTokenMs: number;
  readonly streams: number;
}

export interface Second {
  /** Seconds since 1970. */
  readonly at: number;
  readonly by: Readonly<Record<Dimension, Readonly<Record<string, Figures>>>>;
}

const nothing: Figures = { requests: 0, errors: 0, tokens: 0, costUsd: 0, firstTokenMs: 0, streams: 0 };
/** Codes that aren't our failures: the caller disconnected. */
const fine = ["ok", "client_left"];

/** Adds up what the gateway records and what the load balancer forwards, second by second. */
export class Meter {
  private by = {
    model: new Map<string, Figures>(),
    slot: new Map<string, Figures>(),
    tenant: new Map<string, Figures>(),
  };

  /** Takes a line of the gateway's output, which may be another. */
  line(line: string) {
    if (!line.startsWith('{"event":"request"')) return;
    const found = record.safeParse(JSON.parse(line)).data;
    if (found === undefined) return;
    const figures: Figures = {
      requests: 1,
      errors: fine.includes(found.code) ? 0 : 1,
      tokens: found.input_tokens + found.output_tokens,
      costUsd: found.cost_usd,
      firstTokenMs: found.first_token_ms ?? 0,
      streams: found.first_token_ms === null ? 0 : 1,
    };
    this.add("tenant", found.tenant ?? "nobody", figures);
    this.add("model", found.model ?? "refused", figures);
  }

  forwarded({ group, status }: Forwarded) {
    this.add("slot", group, { ...nothing, requests: 1, errors: status >= 500 || status === 0 ? 1 : 0 });
  }

  /** What the engines of a slot counted of themselves since the last second. */
  engines(slot: string, figures: Pick<Figures, "tokens" | "costUsd" | "firstTokenMs" | "streams">) {
    this.add("slot", slot, { ...nothing, ...figures });
  }

  /** Everything since the last call. */
  take(at: number): Second {
    const { model, slot, tenant } = this.by;
    this.by = { model: new Map(), slot: new Map(), tenant: new Map() };
    const plain = (figures: Map<string, Figures>) => Object.fromEntries(figures);
    return { at, by: { model: plain(model), slot: plain(slot), tenant: plain(tenant) } };
  }

  private add(dimension: Dimension, name: string, more: Figures) {
    const before = this.by[dimension].get(name) ?? nothing;
    this.by[dimension].set(name, {
      requests: before.requests + more.requests,
      errors: before.errors + more.errors,
      tokens: before.tokens + more.tokens,
      costUsd: before.costUsd + more.costUsd,
      firstTokenMs: before.firstTokenMs + more.firstTokenMs,
      streams: before.streams + more.streams,
    });
  }
}
