import { gatewayMetrics } from "../metrics.ts";
import { limitShares } from "../objectives.ts";
import { type Indicator, quantileOf, rateOf, shareOf } from "./indicator.ts";

/** Failures that are ours: the codes with a 5xx status. [components/gateway/extension/gantry_gateway/errors.py] */
export const failureCodes = [
  "queue_full",
  "no_healthy_model",
  "timeout",
  "malformed_output",
  "provider_error",
  "limits_unavailable",
  "internal_error",
] as const;
const failed = `code=~"${failureCodes.join("|")}"`;
/** Refusals by a limit of the tenant. */
const refused = 'code=~"rate_limited|user_rate_limited|parallel_limit|daily_limit|budget_exceeded"';

const by = (labels: string, expr: string) => `sum by (environment, ${labels}) (${expr})`;
const requestsBy = (labels: string, matchers = "", window = "5m") =>
  by(labels, rateOf(gatewayMetrics.requests, matchers, window));
const errorShare = (window: string) =>
  shareOf(requestsBy("route", failed, window), requestsBy("route", "", window));
const perHour = (labels: string) => `3600 * ${by(labels, rateOf(gatewayMetrics.cost, "", "1h"))}`;

/** Windows over which the failures of routes are kept, for alerts on how fast an error budget burns. */
export const burnWindows = ["5m", "30m", "1h", "2h", "6h", "1d"] as const;
/** One of the windows, as PromQL writes it. */
export type BurnWindow = (typeof burnWindows)[number];

/** Share of a route's requests that failed, over one of the windows. */
export function routeErrors(window: BurnWindow): Indicator {
  return {
    unit: "percentunit",
    means: `Share of the route's requests that failed through no fault of the caller, over ${window}.`,
    expr: errorShare(window),
    record: `route:errors:ratio${window}`,
  };
}

/** Requests of a route that failed, in one of the windows. */
export function routeFailures(window: BurnWindow): Indicator {
  return {
    unit: "short",
    means: `Requests of the route that failed through no fault of the caller, in ${window}.`,
    expr: by("route", `increase(${gatewayMetrics.requests}{${failed},$where}[${window}])`),
  };
}

/** The gateway's metrics: requests, tokens and cost by route and tenant. */
export const gatewayIndicators = {
  requests: {
    unit: "reqps",
    means: "Requests by route, over five minutes, with refused ones.",
    expr: requestsBy("route"),
    record: "route:requests:rate5m",
  },
  requestsByCode: {
    unit: "reqps",
    means: "Requests by how they ended, over five minutes.",
    expr: requestsBy("code"),
  },
  errors: routeErrors("5m"),
  firstTokenP50: {
    unit: "s",
    means:
      "Seconds to the first token of a stream, as the caller sees it, that half stay below, over five minutes.",
    expr: quantileOf(0.5, gatewayMetrics.firstToken, "environment, route"),
    record: "route:first_token_seconds:p50_5m",
  },
  firstTokenP99: {
    unit: "s",
    means:
      "Seconds to the first token of a stream, as the caller sees it, that 99 of 100 stay below, over five minutes.",
    expr: quantileOf(0.99, gatewayMetrics.firstToken, "environment, route"),
    record: "route:first_token_seconds:p99_5m",
  },
  fallbacks: {
    unit: "percentunit",
    means: "Share of the route's requests that another model answered than the first one, over ten minutes.",
    expr: shareOf(by("route", rateOf(gatewayMetrics.fallbacks, "", "10m")), requestsBy("route", "", "10m")),
    threshold: 0.05,
  },
  fallbackCount: {
    unit: "short",
    means: "Requests of the route that another model answered than the first one, in ten minutes.",
    expr: by("route", `increase(${gatewayMetrics.fallbacks}{$where}[10m])`),
  },
  cacheHits: {
    unit: "percentunit",
    means: "Share of the route's requests that the cache of answers served, over an hour.",
    expr: shareOf(requestsBy("route", 'cache!="none"', "1h"), requestsBy("route", "", "1h")),
    record: "route:cache_hits:ratio1h",
  },
  redisLost: {
    unit: "bool",
    means: "1 where a pod counts limits without Redis.",
    expr: `max by (pod) (${gatewayMetrics.redisLost}{$where})`,
  },
  recordsLost: {
    unit: "short",
    means: "Records of requests that didn't reach S3, in ten minutes.",
    expr: `sum(increase(${gatewayMetrics.recordsLost}{$where}[10m]))`,
    threshold: 0,
  },
  providerDegraded: {
    unit: "bool",
    means: "1 where a provider's own status page reports a problem.",
    expr: `max by (environment, provider) (${gatewayMetrics.providerDegraded}{$where})`,
  },
} as const satisfies Record<string, Indicator>;

/** Each tenant's usage and cost. */
export const tenantIndicators = {
  requests: {
    unit: "reqps",
    means: "Requests by tenant, over five minutes.",
    expr: requestsBy("tenant"),
  },
  refused: {
    unit: "reqps",
    means: "Requests that a limit of the tenant refused, over five minutes.",
    expr: requestsBy("tenant, code", refused),
  },
  tokens: {
    unit: "short",
    means: "Tokens a second by tenant and kind, over five minutes.",
    expr: by("tenant, kind", rateOf(gatewayMetrics.tokens)),
  },
  limitUsed: {
    unit: "percentunit",
    means: "Share of a tenant's daily limit or monthly budget that is used, reservations included.",
    expr: `max by (environment, tenant, limit) (${gatewayMetrics.limitUsed}{$where})`,
    record: "tenant:limit_used:ratio",
    threshold: limitShares.near,
  },
  costByTenant: {
    unit: "currencyUSD",
    means: "Dollars an hour by tenant, over the last hour.",
    expr: perHour("tenant"),
  },
  costByModel: {
    unit: "currencyUSD",
    means: "Dollars an hour by model, over the last hour.",
    expr: perHour("model"),
  },
  costPerRequest: {
    unit: "currencyUSD",
    means: "Dollars for one request, mean of the last hour, by route.",
    expr: `${by("route", rateOf(gatewayMetrics.cost, "", "1h"))} / (${requestsBy("route", "", "1h")} > 0)`,
  },
} as const satisfies Record<string, Indicator>;
