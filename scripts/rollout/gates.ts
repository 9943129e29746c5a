/** The two slots of a model while one of them takes over: the one that comes, and the one that has the traffic. */
export const sides = ["canary", "live"] as const;
export type Side = (typeof sides)[number];

/**
 * What is compared between two slots. Lower is better for all of them, so that one rule applies to all: quality is
 * the share of its points that an answer loses, speed the seconds that one token takes.
 */
export const gates = {
  errors: { title: "errors", kind: "share", allowed: "at most", format: percent },
  latencyP50: { title: "latency P50", kind: "seconds", allowed: "at most", format: seconds },
  latencyP99: { title: "latency P99", kind: "seconds", allowed: "at most", format: seconds },
  firstToken: { title: "first token P90", kind: "seconds", allowed: "at most", format: seconds },
  speed: { title: "tokens a second P50", kind: "seconds", allowed: "at least", format: tokensPerSecond },
  refusals: { title: "refusals", kind: "share", allowed: "at most", format: percent },
  malformed: { title: "malformed output", kind: "share", allowed: "at most", format: percent },
  quality: { title: "quality of 100", kind: "share", allowed: "at least", format: score },
} as const satisfies Record<string, Gate>;

export type GateName = keyof typeof gates;
export type ShareGate = {
  [Name in GateName]: (typeof gates)[Name]["kind"] extends "share" ? Name : never;
}[GateName];
export type TimeGate = Exclude<GateName, ShareGate>;

interface Gate {
  readonly title: string;
  /** A share of the answers, from 0 to 1, or a quantile of their times. */
  readonly kind: "share" | "seconds";
  /** Which side of the limit is good, in the values that people see. */
  readonly allowed: "at most" | "at least";
  /** A value of it for people. */
  format(value: number): string;
}

export const gateNames = Object.keys(gates) as GateName[];

export function isShare(gate: GateName): gate is ShareGate {
  return gates[gate].kind === "share";
}

/** A limit for people. */
export function formatLimit(gate: GateName, limit: number): string {
  return `${gates[gate].allowed} ${gates[gate].format(limit)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function seconds(value: number): string {
  return value < 1 ? `${Math.round(1000 * value)} ms` : `${value.toFixed(2)} s`;
}

function tokensPerSecond(secondsPerToken: number): string {
  return (1 / secondsPerToken).toFixed(1);
}

function score(lost: number): string {
  return (100 * (1 - lost)).toFixed(1);
}
