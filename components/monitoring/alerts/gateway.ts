import { objectiveSeries } from "../metrics/catalogue.ts";
import {
  type BurnWindow,
  gatewayIndicators,
  routeErrors,
  routeFailures,
  tenantIndicators,
} from "../metrics/gateway.ts";
import { promql, reading } from "../metrics/indicator.ts";
import { gatewayMetrics } from "../metrics.ts";
import { fewEvents, limitShares } from "../objectives.ts";
import type { Alert } from "./alert.ts";

const { firstTokenP50, firstTokenP99, fallbacks, fallbackCount, cacheHits, requests } = gatewayIndicators;
const { providerDegraded, recordsLost, redisLost } = gatewayIndicators;
const limitUsed = reading(tenantIndicators.limitUsed);
const route = "{{ $labels.route }}";

/** Whether an indicator of a route exceeds `times` its objective. */
const over = (expr: string, objective: string, times = 1) =>
  `${expr} > on (route) group_left () ${times === 1 ? "" : `${times} * `}${objective}`;
/** Burns in both windows, and not by one failure of a quiet night's one request. */
const burns = (times: number, long: BurnWindow, short: BurnWindow) =>
  [
    ...[long, short].map(
      (window) => `(${over(reading(routeErrors(window)), objectiveSeries.errorShare, times)})`,
    ),
    `(${promql(routeFailures(long))} > ${fewEvents})`,
  ].join(" and ");
/** A day's count stays until the tenant's next request, and a tenant that sends no more requests needs no alert. */
const asks = `and on (tenant) sum by (tenant) (increase(${gatewayMetrics.requests}[1h])) > 0`;

/** Alerts on the gateway's metrics: what callers and tenants experience. */
export const gatewayAlerts: readonly Alert[] = [
  {
    name: "RouteFirstTokenSlow",
    expr: `(${over(reading(firstTokenP99), objectiveSeries.firstTokenP99Seconds)}) or (${over(reading(firstTokenP50), objectiveSeries.firstTokenP50Seconds)})`,
    for: "10m",
    severity: "warning",
    summary: `${route}: the first token comes after {{ $value | humanizeDuration }}`,
    description: "The P50 or the P99 of the last five minutes is over what the route promises.",
  },
  {
    name: "RouteErrors",
    expr: over(reading(gatewayIndicators.errors), objectiveSeries.errorShare),
    for: "10m",
    severity: "warning",
    summary: `${route}: {{ $value | humanizePercentage }} of the requests fail`,
    description: "More than the route promises, for ten minutes, through no fault of the callers.",
  },
  {
    name: "RouteErrorBudgetBurning",
    // [Google, The Site Reliability Workbook, chapter 5: 2 % of a month's budget in an hour, 5 % in six]
    expr: `${burns(14.4, "1h", "5m")} or ${burns(6, "6h", "30m")}`,
    for: "2m",
    severity: "critical",
    summary: `${route}: {{ $value | humanizePercentage }} of the requests fail, which uses up the month's error budget in days`,
    description:
      "Over both windows: an hour and five minutes at 14.4 times, or six hours and half an hour at 6 times what the route promises.",
  },
  {
    name: "RouteErrorBudgetShrinking",
    expr: burns(3, "1d", "2h"),
    for: "15m",
    severity: "warning",
    summary: `${route}: {{ $value | humanizePercentage }} of a day's requests fail`,
    description:
      "Three times what the route promises, over a day and over two hours: the month's error budget is gone in ten days.",
  },
  {
    name: "FallbackInUse",
    expr: `${promql(fallbacks)} > ${fallbacks.threshold} and ${promql(fallbackCount)} > ${fewEvents}`,
    for: "5m",
    severity: "warning",
    summary: `${route}: {{ $value | humanizePercentage }} of the requests are answered by a fallback`,
    description:
      "The first model of the route fails or is too busy. Callers still get answers, at another price and quality.",
  },
  {
    name: "ProviderDegraded",
    expr: `${promql(providerDegraded)} > 0`,
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.provider }} reports degraded service",
    description:
      "The gateway asks it last until its status page is green again. Routes without another model are affected.",
  },
  {
    name: "CacheHitRateFallen",
    expr: `${reading(cacheHits)} < 0.5 * (avg_over_time(${reading(cacheHits)}[1d] offset 2h) > 0.1) and ${reading(requests)} > 0.05`,
    for: "30m",
    severity: "warning",
    summary: `${route}: the cache serves {{ $value | humanizePercentage }} of the requests, less than half of the day before`,
    description: "Prompts changed, or the cache evicts entries: each answer is computed and paid for again.",
  },
  {
    name: "LimitsWithoutRedis",
    expr: `${promql(redisLost)} > 0`,
    for: "2m",
    severity: "critical",
    summary: "{{ $labels.pod }} counts limits without the cache",
    description:
      "Limits are divided by the number of pods, or requests are refused, depending on cache.whenLost. Daily limits and budgets aren't counted in the cache meanwhile.",
  },
  {
    name: "TenantNearLimit",
    expr: `${limitUsed} >= ${limitShares.near} ${asks}`,
    for: "0m",
    severity: "warning",
    summary: "{{ $labels.tenant }} has used {{ $value | humanizePercentage }} of {{ $labels.limit }}",
    description:
      "At 100 % the gateway refuses its requests, until midnight UTC for a daily limit and until the month's end for a budget.",
  },
  {
    name: "TenantAtLimit",
    expr: `${limitUsed} >= ${limitShares.used} ${asks}`,
    for: "0m",
    severity: "warning",
    summary: "{{ $labels.tenant }} has used all of {{ $labels.limit }}",
    description:
      "The gateway refuses its requests, until midnight UTC for a daily limit and until the month's end for a budget.",
  },
  {
    name: "RecordsLost",
    expr: `${promql(recordsLost)} > ${recordsLost.threshold}`,
    for: "5m",
    severity: "warning",
    summary:
      "{{ $value | humanize }} records of requests were lost in ten minutes in {{ $externalLabels.cluster }}",
    description: "S3 refuses them or doesn't keep up. Audits and `npm run usage` miss these requests.",
  },
];
