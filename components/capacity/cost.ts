import { type InstanceType, priceTable } from "./instances.ts";
import type { Throughput } from "./throughput.ts";

/** AWS counts a month as 730 hours. */
export const hoursPerMonth = 730;

/** How Karpenter buys an instance, in the words of its label `karpenter.sh/capacity-type`. */
export type CapacityType = "reserved" | "spot" | "on-demand";

/** Whether only reserved instances are allowed: a terminated one may not be available again. */
export function onlyReserved(capacity: readonly CapacityType[]): boolean {
  return capacity.every((type) => type === "reserved");
}

/**
 * Unit prices in us-east-1 other than instances', from the public price pages as known on 2026-11-20, without
 * tax, free tier or discount. Traffic and requests are not in it.
 */
export const unitPrices = {
  /** EKS control plane in standard support. */
  eksClusterPerHour: 0.1,
  /** EKS control plane once its version is in extended support. */
  eksExtendedClusterPerHour: 0.6,
  natGatewayPerHour: 0.045,
  natPerGB: 0.045,
  /** An ALB without its capacity units. */
  loadBalancerPerHour: 0.0225,
  loadBalancerCapacityUnitPerHour: 0.008,
  /** One interface endpoint in one zone. */
  interfaceEndpointPerHour: 0.01,
  gp3PerGBMonth: 0.08,
  s3StandardPerGBMonth: 0.023,
  /** CloudWatch Logs, standard class: taken in, and kept in their compressed size. */
  logsPerGB: 0.5,
  logsStoredPerGBMonth: 0.03,
  /** A Route 53 zone, of the first 25. */
  hostedZonePerMonth: 0.5,
  kmsKeyPerMonth: 1,
  secretPerMonth: 0.4,
  wafAclPerMonth: 5,
  /** A rule or a group of AWS's own in an ACL. */
  wafRulePerMonth: 1,
  wafPerMillionRequests: 0.6,
  s3PutPerThousand: 0.005,
  publicIpv4PerHour: 0.005,
} as const;

/** The cost of a million tokens, in US dollars. */
export interface TokenCost {
  readonly usdPerMillionInput: number;
  readonly usdPerMillionOutput: number;
}

/** A replica's price over the tokens that it takes and makes, by the time that each kind takes. */
export function tokenCost(usdPerHour: number, estimate: Throughput): TokenCost {
  const usdPerSecond = usdPerHour / 3600;
  const { promptShare, inputTokensPerSecond, outputTokensPerSecond } = estimate;
  return {
    usdPerMillionInput: (1e6 * usdPerSecond * promptShare) / inputTokensPerSecond,
    usdPerMillionOutput: (1e6 * usdPerSecond * (1 - promptShare)) / outputTokensPerSecond,
  };
}

/** The cost of one replica's share of its instance, in US dollars an hour; `undefined` without a price. */
export function replicaUsdPerHour(instance: InstanceType, gpusPerReplica: number): number | undefined {
  const gpus = instance.gpu?.count ?? 0;
  if (instance.usdPerHour === undefined || gpus < gpusPerReplica) return undefined;
  return instance.usdPerHour / Math.floor(gpus / gpusPerReplica);
}

/** Where the instance prices come from, for reports. */
export function priceSource(): string {
  return `${priceTable.region} on-demand list prices of ${priceTable.date}`;
}
