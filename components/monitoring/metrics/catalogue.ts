import type { RouteObjective } from "../objectives.ts";
import { burnWindows, gatewayIndicators, routeErrors, tenantIndicators } from "./gateway.ts";
import { gpuIndicators } from "./gpus.ts";
import { type Indicator, promql, type RecordingRule } from "./indicator.ts";
import { platformIndicators } from "./platform.ts";
import { type ListPrices, priceIndicators, priceRules } from "./prices.ts";
import { slotIndicators } from "./slots.ts";

/** Every expression that alerts and dashboards read, by what it is about. */
export const indicators = {
  slots: slotIndicators,
  gateway: gatewayIndicators,
  tenants: tenantIndicators,
  gpus: gpuIndicators,
  platform: platformIndicators,
  prices: priceIndicators,
} as const satisfies Record<string, Readonly<Record<string, Indicator>>>;

/** Series with the routes' objectives, so that one rule compares each route with its own. */
export const objectiveSeries = {
  errorShare: "route:objective_errors:ratio",
  firstTokenP50Seconds: "route:objective_first_token_seconds:p50",
  firstTokenP99Seconds: "route:objective_first_token_seconds:p99",
} as const satisfies Record<keyof RouteObjective, string>;

const noPrices: ListPrices = { models: {}, instances: {} };

/** Prometheus's recording rules for alerts and dashboards. @param routes objectives by the routes' names */
export function recordingRules(
  routes: Readonly<Record<string, RouteObjective>>,
  prices = noPrices,
): readonly RecordingRule[] {
  const all: readonly Indicator[] = [
    ...Object.values(indicators).flatMap((area) => Object.values(area) as Indicator[]),
    ...burnWindows.map(routeErrors),
  ];
  const kept = new Map(
    all.flatMap((one) => (one.record === undefined ? [] : [[one.record, promql(one)] as const])),
  );
  return [
    ...[...kept].map(([record, expr]) => ({ record, expr })),
    ...priceRules(prices),
    ...Object.entries(routes).flatMap(([route, objective]) =>
      Object.entries(objectiveSeries).map(([key, record]) => ({
        record,
        expr: `vector(${objective[key as keyof RouteObjective]})`,
        labels: { route },
      })),
    ),
  ];
}
