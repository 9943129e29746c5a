import type { Input } from "@pulumi/pulumi";
import type { EdgeChoice } from "../components/edge/edge.ts";
import type { Rate } from "../components/edge/web-acl.ts";
import { userHeaders } from "../components/gateway/gateway-settings.ts";
import { longestAnswerSeconds } from "../components/gateway/models.ts";
import { idleTimeout, slotTimeouts, type Timeouts } from "../components/serving/timeouts.ts";
import { routesOf } from "./catalogue.ts";
import type { Settings } from "./schema.ts";

/** The gateway's timeouts: an answer may last as long as the longest route allows, and no load balancer cuts it. */
export function gatewayTimes({
  routes,
}: Pick<Settings, "routes">): Timeouts & { /** Of the edge. */ readonly idleSeconds: number } {
  const longestStreamSeconds = longestAnswerSeconds(routesOf(routes));
  return {
    ...slotTimeouts({ longestStreamSeconds, longestDrainSeconds: longestStreamSeconds, spot: false }),
    idleSeconds: idleTimeout([{ limits: { longestStreamSeconds } }]),
  };
}

/** The edge's host and zone. @param zone the models' own, which resolves only in the VPC */
export function edgeChoice(
  edge: Settings["edge"],
  tenants: Settings["tenants"],
  zone: { readonly domain: string; readonly zoneId: Input<string> },
): EdgeChoice {
  // Two labels, which no model's host has.
  if (edge.internal) return { internal: { host: `api.gateway.${zone.domain}`, zoneId: zone.zoneId } };
  const { domain, zoneId, certificateArn, requestsPerAddress, requestsPerKey } = edge;
  return {
    domain,
    certificate: certificateArn === undefined ? { zoneId } : { arn: certificateArn },
    rates: { perAddress: requestsPerAddress, perKey: requestsPerKey ?? defaultRate(tenants) },
    userHeaders: Object.values(userHeaders),
  };
}

/** Room for retries of what the gateway refuses; above it a client tries keys or loops. */
export function defaultRate(tenants: Settings["tenants"]): Rate {
  const largest = Math.max(0, ...Object.values(tenants).map(({ requestsPerMinute }) => requestsPerMinute));
  return { limit: Math.max(lowestLimit, 2 * largest), windowSeconds: 60 };
}

/** [AWS WAF API, RateBasedStatement] */
const lowestLimit = 10;
