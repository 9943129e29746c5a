import type { Colour } from "../serving/traffic.ts";
import type { Provider } from "./providers.ts";

/** Prices per million tokens, in US dollars; never 0, or budgets would never be used up. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

interface ModelSlot {
  /** For copies of requests and smoke tests, regardless of the traffic rule. */
  readonly host: string;
  /** Requests that all its replicas hold at once, running and queued. */
  readonly capacity: number;
}

/** A model that is served here, as the gateway reaches it. */
export interface SelfHostedModel {
  /** The name that its engines answer to. */
  readonly servedName: string;
  readonly host: string;
  /** One or two of them. While traffic moves from one to the other, both hold requests. */
  readonly slots: Readonly<Partial<Record<Colour, ModelSlot>>>;
  /** Tokens of prompt and answer together that every slot takes. */
  readonly contextLength: number;
  readonly price: Price;
  /** Generations of the keys that its engines take, without repetition: one, or two during a rotation. */
  readonly keyGenerations: readonly number[];
  /** What the standby gets a copy of. */
  readonly shadow?: { readonly colour: Colour; readonly percent: number };
}

/** A model of an outside provider. */
export interface HostedModel {
  readonly provider: Provider;
  readonly snapshot: string;
  readonly price: Price;
  readonly requestsPerMinute: number;
  readonly tokensPerMinute: number;
  readonly contextLength?: number;
}

const strategies = ["cost", "quality", "balanced", "auto"] as const;
type Strategy = (typeof strategies)[number];

interface Guardrails {
  readonly secrets: "mask" | "off";
  readonly pii: "mask" | "off";
  readonly injection: "refuse" | "off";
  readonly output: "mask" | "off";
}

interface RouteTimeouts {
  readonly connectSeconds: number;
  /** To the first token, and between two. */
  readonly gapSeconds: number;
  readonly totalSeconds: number;
}

/** A name that clients request, with the models that may answer it. */
export interface Route {
  readonly strategy: Strategy;
  readonly selfHosted?: string;
  readonly hosted?: string;
  readonly fallbacks: {
    readonly any: readonly string[];
    readonly contextWindow: readonly string[];
    readonly contentPolicy: readonly string[];
  };
  readonly queuePerReplica: number;
  readonly maxOutputTokens: number;
  readonly cache: { readonly ttlSeconds: number; readonly maxTemperature: number } | false;
  readonly similarWhenDown: boolean;
  readonly guardrails: Guardrails;
  readonly timeouts: RouteTimeouts;
}

/** All models and routes that clients may request. */
export interface Catalogue {
  readonly selfHosted: Readonly<Record<string, SelfHostedModel>>;
  readonly hosted: Readonly<Record<string, HostedModel>>;
  readonly routes: Readonly<Record<string, Route>>;
}

/** For how many seconds an answer may last at most: as the longest route lets it, and 300 where none does. */
export function longestAnswerSeconds(routes: Catalogue["routes"]): number {
  return Math.max(300, ...Object.values(routes).map(({ timeouts }) => timeouts.totalSeconds));
}

/**
 * Models of a route in the order in which they are tried, without duplicates: the strategy's first choice, the other one, and
 * the fallbacks of both.
 */
export function modelsInOrder({ strategy, selfHosted, hosted, fallbacks }: Route): string[] {
  const own = selfHosted === undefined ? [] : [selfHosted];
  const outside = hosted === undefined ? [] : [hosted];
  const chosen = strategy === "quality" ? [...outside, ...own] : [...own, ...outside];
  return [...new Set([...chosen, ...fallbacks.any])];
}

/** The name under which the gateway reaches one slot regardless of the traffic rule. */
export function slotModel(model: string, colour: Colour): string {
  return `${model}-${colour}`;
}
